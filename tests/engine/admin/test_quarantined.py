"""Quarantined and repaired rows: masked, revealed, dismissed, and what is the matter with them."""

import pytest

from audit.models import DayKey, Mutation
from audit.protect import seal_row
from hub.settings import BASE_DIR
from pipelines.engine.admin.blocks import imported_models
from pipelines.engine.admin.filters import REASONS
from pipelines.engine.admin.sealed import unseen
from pipelines.engine.chunk import verbatim
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import Column, Kind
from tests.engine.admin.conftest import MARKER, TODAY, address, cells, columns, mended, shown

VALID = {
    Kind.ID: "a" * 32, Kind.REF: "b" * 32, Kind.DECIMAL: "1.5", Kind.DATE: "2025-01-31", Kind.BOOL: "true",
    Kind.TIMESTAMP: "2025-01-31 08:00:00", Kind.CURRENCY: "EUR", Kind.INT: "1",
}  # fmt: skip


def valid(column: Column) -> str:
    """A cell that a column takes."""
    other = "P-00000001" if column.required else ""
    return column.values[0] if column.kind is Kind.ENUM else VALID.get(column.kind, other)


def test_every_code_that_is_explained_exists():
    rooms = [BASE_DIR / "pipelines" / room for room in ("engine", "lake")]
    source = "".join(
        path.read_text() for room in rooms for path in room.rglob("*.py") if "admin" not in path.parts
    )
    assert [code for code in REASONS if f'"{code}"' not in source] == []


def test_a_quarantined_row_is_masked_until_it_is_revealed(staff, entry):
    html = shown(staff, address("quarantineentry", entry.pk))
    assert "marker" not in html
    assert "••••••" in html
    assert "read in more than one way" in html
    assert f"manage.py replay_quarantine --id {entry.pk}" in html
    assert Mutation.objects.count() == 0


def test_revealing_shows_the_cells_and_leaves_a_trace(staff, entry):
    answer = staff.post(address("quarantineentry", entry.pk, "reveal"))
    html = answer.content.decode()
    assert MARKER in html
    assert "read in more than one way: a blank at its end" in html
    assert "no-store" in answer["Cache-Control"]
    mutation = Mutation.objects.get()
    assert (mutation.action, mutation.model, mutation.object_key) == (
        "downloaded",
        "engine.quarantineentry",
        str(entry.pk),
    )
    assert (mutation.reason, mutation.actor_id, mutation.tenant) == ("revealed in admin", "ada", "nordlicht")


def test_revealing_shows_what_the_row_would_be_in_each_reading(staff, entry):
    spec = spec_of(imported_models()["payment"])
    line = ",".join("Kulanz,siehe" if column.name == "comment" else valid(column) for column in spec.columns)
    row: list[str | None] = [*line.split(",", len(spec.columns) - 1)]
    tried = {
        "places": spec.names,
        "delimiter": ",",
        "readings": ["comment joined 2 cells (1.00)"],
        "shift": 1,
    }
    QuarantineEntry.objects.update(sealed=seal_row(TODAY, verbatim(columns(), row)), tried=tried)
    assert "comment joined 2 cells (1.00)" in shown(staff, address("quarantineentry", entry.pk))
    html = staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode()
    assert "Kulanz,siehe" in html
    assert "Reading 1, price" in html


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unanchored", "may have taken up the surplus"),
        ("not_certain", "may have taken up the surplus"),
        ("order_violated", "stand the wrong way round"),
        ("unreadable", "could not be read"),
    ],
)
def test_what_is_the_matter_with_a_cell_is_told_by_the_code(staff, entry, code, told):
    QuarantineEntry.objects.update(code=code)
    for html in (
        shown(staff, address("quarantineentry", entry.pk)),
        staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode(),
    ):
        assert told in html
        assert ("could not be read" in html) is (told == "could not be read")


def test_a_line_that_could_not_be_cut_is_revealed_as_it_is(staff, entry):
    QuarantineEntry.objects.update(sealed=seal_row(TODAY, verbatim(columns(), b"caf\xe9,<b>")))
    html = staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode()
    assert "caf\ufffd,&lt;b&gt;" in html


@pytest.mark.parametrize("model", ["quarantineentry", "repair"])
def test_who_may_only_look_cannot_reveal(viewer, everything, model):
    key = everything[model]
    html = shown(viewer, address(model, key))
    assert "marker" not in html
    assert "Reveal" not in html
    assert viewer.post(address(model, key, "reveal")).status_code == 403
    assert Mutation.objects.count() == 0


def test_a_link_to_what_was_revealed_leads_to_the_record_and_reveals_nothing(staff, entry):
    answer = staff.get(address("quarantineentry", entry.pk, "reveal"))
    assert (answer.status_code, answer["Location"]) == (302, address("quarantineentry", entry.pk))
    assert Mutation.objects.count() == 0


@pytest.mark.parametrize("key", ["abc", "1", "99999999999999999999", "9" * 5000])
@pytest.mark.parametrize(
    ("model", "page"),
    [("quarantineentry", "reveal"), ("repair", "reveal"), ("quarantineentry", "dismiss")],
)
def test_what_is_not_there_can_be_neither_revealed_nor_dismissed(staff, everything, model, page, key):
    form = {"_form_submitted": "True", "reason": "x"}
    assert staff.post(address(model, key, page), form).status_code == 404


def test_a_cell_that_is_missing_is_told_from_an_empty_one(staff, entry):
    sealed = seal_row(TODAY, verbatim(columns(), [None, "", *cells()[2:]]))
    QuarantineEntry.objects.update(sealed=sealed)
    html = staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode()
    assert html.count(">empty<") == 1
    assert html.count(">missing<") == len(columns()) - 1


def test_a_row_whose_day_has_expired_says_so_and_leaves_no_trace(staff, entry):
    DayKey.objects.all().delete()
    answer = staff.post(address("quarantineentry", entry.pk, "reveal"), follow=True)
    assert "has expired" in answer.content.decode()
    assert Mutation.objects.count() == 0


def test_dismissing_needs_a_reason_and_is_recorded(staff, entry):
    where = address("quarantineentry", entry.pk, "dismiss")
    assert staff.post(where, {"_form_submitted": "True", "reason": ""}).status_code == 200
    assert QuarantineEntry.objects.get().status == "open"
    answer = staff.post(where, {"_form_submitted": "True", "reason": "sent twice"})
    assert answer["HX-Redirect"] == address("quarantineentry", entry.pk)
    settled, mutation = QuarantineEntry.objects.get(), Mutation.objects.get()
    assert (settled.status, settled.resolved_at is not None) == ("dismissed", True)
    assert (mutation.action, mutation.reason) == ("updated", "sent twice")
    assert mutation.diff == [{"op": "replace", "path": "status", "old": "open", "new": "dismissed"}]


def test_a_settled_row_is_not_dismissed_again(staff, entry):
    QuarantineEntry.objects.update(status="replayed")
    assert "Dismiss<" not in shown(staff, address("quarantineentry", entry.pk)).replace("\n", "").replace(
        " ", ""
    )
    staff.post(address("quarantineentry", entry.pk, "dismiss"), {"_form_submitted": "True", "reason": "x"})
    assert QuarantineEntry.objects.get().status == "replayed"
    assert Mutation.objects.count() == 0


def test_a_viewer_cannot_dismiss(viewer, entry):
    where = address("quarantineentry", entry.pk, "dismiss")
    assert viewer.post(where, {"_form_submitted": "True", "reason": "x"}).status_code == 403


def test_a_repair_is_revealed_side_by_side_with_its_column_marked(staff, run):
    html = staff.post(address("repair", mended().pk, "reveal")).content.decode()
    assert f"{MARKER}, Krüger" in html
    assert "mended" in html
    assert Mutation.objects.get().model == "engine.repair"


def test_a_repaired_row_is_shown_under_the_files_own_names(staff, run):
    html = staff.post(address("repair", mended(gateway_response="Antwort").pk, "reveal")).content.decode()
    assert "Antwort" in html


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("a ", "a blank at its end"),
        (" a", "a blank at its start"),
        ("a\u200b", "U+200B"),
        ("zwölf", ""),
        (None, ""),
    ],
)
def test_what_the_eye_misses_in_a_cell_is_told(cell, told):
    assert unseen(cell) == told


NORDLICHT = """
[source]
name = "nordlicht"
tenant = "nordlicht"
[format]
dates = "%d.%m.%Y"
[entities.payment]
columns = { Booked = ["effective_date", ""] }
"""


@pytest.fixture
def mapped(entry, tmp_path, settings):
    """An entry of a source that calls a column otherwise, and writes it otherwise."""
    (tmp_path / "nordlicht.toml").write_text(NORDLICHT, encoding="utf-8")
    settings.HUB_SOURCES_DIR = str(tmp_path)
    names = ["Booked" if name == "effective_date" else name for name in columns()]
    raw = verbatim(names, cells(effective_date="soon"))
    QuarantineEntry.objects.update(code="unreadable", columns="effective_date", sealed=seal_row(TODAY, raw))
    return entry


def test_a_cell_is_marked_under_the_name_that_the_file_has_for_it(staff, mapped):
    html = staff.post(address("quarantineentry", mapped.pk, "reveal")).content.decode()
    (marked,) = [row for row in html.split("<tr") if "could not be read" in row]
    assert "Booked" in marked
    assert "soon" in marked


def test_what_a_column_takes_stands_beside_what_did_not_read(staff, mapped):
    html = shown(staff, address("quarantineentry", mapped.pk))
    assert "What effective_date takes" in html
    assert "%d.%m.%Y" in html


def test_a_source_file_that_cannot_be_read_hides_no_row(staff, mapped, settings, tmp_path):
    (tmp_path / "nordlicht.toml").write_text("nonsense", encoding="utf-8")
    assert "soon" in staff.post(address("quarantineentry", mapped.pk, "reveal")).content.decode()
    assert "days like 2025-01-31" in shown(staff, address("quarantineentry", mapped.pk))
