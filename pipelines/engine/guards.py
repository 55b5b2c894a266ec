"""When damage is too much to go on: a file whose columns changed, an entity that mostly does not read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hub.errors import TooManyQuarantined
from pipelines.engine.chunk import Rejected
from pipelines.engine.reading import RowsRead
from pipelines.engine.spec import RowSpec
from pipelines.engine.writing import expected

DRIFT_SHARE = 0.5  # of a file's rows with one and the same damage: the file changed, not the rows
DRIFT_MENDED_SHARE = (
    0.95  # where each of them could be mended: one exporter does write most notes with commas
)
FAILING_SHARE = 0.5
SHARE_NEEDS_ROWS = 20  # a share of fewer rows says nothing
ALL_NEED_ROWS = 5  # unless it is all of them
COLUMNS_TOLD = 3
_CHECK = (
    'check writing (cells in quotes need "rfc4180"), delimiter, formats and column map of the source file; '
    "nothing of this chunk was written, batches before it stay"
)

Damage = tuple[str, int | None, tuple[str, ...]]  # code or rule, shift, columns


@dataclass
class FileDamage:
    """How the rows of one file are damaged. `rows` begins with those read by an earlier run."""

    rows: int = 0
    votes: Counter[Damage] = field(default_factory=Counter)
    mended: Counter[Damage] = field(default_factory=Counter)
    spec: RowSpec | None = None

    def __post_init__(self) -> None:
        self.resumed = self.rows > 0

    def add(self, read: RowsRead, rows: int, spec: RowSpec | None = None) -> None:
        """Count a chunk: its rows, those that do not read or were mended; `spec` is as the source writes it."""
        self.rows += rows
        self.spec = spec
        self.votes.update((row.code, row.shift, row.columns) for row in read.rejected)
        self.mended.update(
            (answer.rule, answer.shift, (answer.column,))
            for row in read.rows
            if (answer := row.repair) is not None and answer.rule != "cleaned"
        )

    def drift(self, *, to_the_end: bool) -> str:
        """What most rows show, all in one way; '' when they are damaged each in its way."""
        for votes, share in ((self.votes, DRIFT_SHARE), (self.mended, DRIFT_MENDED_SHARE)):
            if votes and self._is_most(votes.most_common(1)[0][1], share, to_the_end=to_the_end):
                (code, _, columns), count = votes.most_common(1)[0]
                damage = f"{count} of {self.rows} rows show the same damage ({code}: {', '.join(columns)})"
                return "; ".join(filter(None, (damage, _what_reads(columns, self.spec))))
        return ""

    def _is_most(self, count: int, share: float, *, to_the_end: bool) -> bool:
        whole = to_the_end and not self.resumed
        enough = ALL_NEED_ROWS if whole and count == self.rows else SHARE_NEEDS_ROWS
        return self.rows >= enough and count / self.rows > share


def _what_reads(columns: Iterable[str], spec: RowSpec | None) -> str:
    """What some columns take: whoever describes a new source sees what its cells are not."""
    known = [spec.by_name[name] for name in columns if name in spec.by_name] if spec else []
    return "; ".join(f"{column.name} takes {expected(column)}" for column in known[:COLUMNS_TOLD])


def refuse_flood(
    rejected: Sequence[Rejected], before: int, read: int, where: str, spec: RowSpec | None = None
) -> None:
    """Raise when more than half of the rows read so far would be quarantined, `before` of them already."""
    bad = before + len(rejected)
    if read < SHARE_NEEDS_ROWS or bad / read <= FAILING_SHARE:
        return
    reasons = Counter(row.code for row in rejected).most_common(3)
    columns = Counter(name for row in rejected for name in row.columns).most_common(COLUMNS_TOLD)
    told = _what_reads((name for name, _ in columns), spec)
    raise TooManyQuarantined(
        f"{bad} of {read} rows of {where} would be quarantined: "
        + ", ".join(f"{count} {code}" for code, count in reasons)
        + "".join(f"; {name} does not read in {count}" for name, count in columns),
        hint=". ".join(filter(None, (_CHECK, told))),
    )
