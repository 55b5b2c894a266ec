"""Rows that do not lie on one line each, as the repair is asked of them."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import Cells, row_of
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.spec import Column, Kind
from tests.engine.conftest import HEADER, member
from tests.engine.repair.rows import BEFORE, BEHIND, COLUMNS, FEE, NAME_FIRST, NOTE, naive, repair


def test_a_row_that_ends_early_is_called_short() -> None:
    answer = repair(naive("m1,M0001,Ada,Gold"), COLUMNS, ",")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.shift) == ("short_row", -8)


def test_two_rows_in_one_line_are_two_rows() -> None:
    line = ",".join(member("m1")[name] for name in HEADER)
    answer = repair(naive(f"{line},{line}"), COLUMNS, ",")
    assert isinstance(answer, Repaired)
    assert [",".join(cell or "" for cell in row) for row in answer.rows] == [line, line]


def test_two_rows_without_a_delimiter_between_them_are_told_apart_by_the_key() -> None:
    text = f"{','.join([*BEFORE, 'Ada', *BEHIND, 'Gold'])}{','.join([*BEFORE, 'Boris', *BEHIND, 'Gold'])}"
    answer = repair([*text.split(",")[:6], ",".join(text.split(",")[6:])], NAME_FIRST, ",")
    assert isinstance(answer, Repaired)
    assert [row[3] for row in answer.rows] == ["Ada", "Boris"]
    assert [row[6] for row in answer.rows] == ["Gold", "Gold"]


def test_two_rows_without_much_that_tells_are_not_told_apart() -> None:
    weak = [Column(name="id", kind=Kind.ID, pattern=r"\S+", required=True), NOTE, FEE]
    answer = repair(["a1", "x", "1,a2,y,2"], weak, ",")
    assert isinstance(answer, Refused)
    assert answer.code == "merged_lines"


torn = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters=',"\n\r'), min_size=1, max_size=6),
    min_size=2,
    max_size=4,
)


@given(torn)
def test_a_torn_row_is_put_together_to_the_exact_text(parts: list[str]) -> None:
    first, *between, last = parts
    lines = [[*BEFORE, first], *[[part] for part in between], [last, *BEHIND, "Gold"]]
    cells: list[Cells] = [[*line, *[None] * (7 - len(line))] for line in lines]
    suspect = Suspect(lines=cells, ends=["\n"] * (len(lines) - 1))
    answer = mend(suspect, row_of(tuple(NAME_FIRST), "id"), Surroundings(delimiter=","))
    assert not isinstance(answer, Repaired) or answer.rows[0][3] == "\n".join(parts)
    assert isinstance(answer, Repaired) or any(map(row_of(tuple(NAME_FIRST), "id").lookalikes, parts))


def test_rows_in_a_cell_behind_an_open_quote_are_rows_if_all_of_them_read() -> None:
    tail, other = ",".join([*BEHIND, "Gold"]), ",".join(["a2", *BEFORE[1:], "Boris", *BEHIND, "Gold"])
    cells: Cells = [*BEFORE, f"Ada,{tail}\n{other}", None, None, None]
    answer = repair(cells, NAME_FIRST, ",")
    assert isinstance(answer, Repaired)
    assert [row[3] for row in answer.rows] == ["Ada", "Boris"]
    torn = repair([*BEFORE, f"Ada,{tail}\n{other},x", None, None, None], NAME_FIRST, ",")
    assert isinstance(torn, Refused)
