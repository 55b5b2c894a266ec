"""Cells that hold something else than their column allows, in rows that are otherwise whole."""

from __future__ import annotations

from pipelines.engine.spec import Kind
from pipelines.sample.chance import Draw
from pipelines.sample.damage.shifts import planted
from pipelines.sample.damage.site import Line, Site, Truth
from pipelines.sample.damage.table import FAR_BUT_LATER, FAR_TABLES, expectation

GARBAGE: dict[Kind, tuple[str, ...]] = {
    Kind.ENUM: ("???", "Activ", "unknown value"),
    Kind.DECIMAL: ("12.3.4", "#REF!", "1e", "zwölf"),
    Kind.DATE: ("2026-02-30", "31.31.2025", "gestern"),
    Kind.TIMESTAMP: ("2026-01-05 25:61:00", "soon", "2025-13-01 00:00:00"),
    Kind.BOOL: ("maybe", "2"),
    Kind.INT: ("12a", "one"),
}
FAR = ("0000-00-00 00:00:00", "1900-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999")


def bad_value(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    places = [place for place in site.places(*GARBAGE) if site.value(place)]
    place = draw.pick(places)
    garbage = draw.pick(GARBAGE[site.columns[place].kind])
    return planted(site, "bad_value", "", site.layout.line(site.with_cell(place, garbage)))


def bad_utf8(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """A row in Latin-1 inside a UTF-8 file."""
    text = site.layout.line(site.cells)
    if text.isascii() or any(ord(sign) > 0xFF for sign in text):
        return None
    truth = Truth(row=site.row, kind="bad_utf8", expect=expectation("bad_utf8"))
    return [Line(data=text.encode("latin-1"), truths=(truth,))]


def null_marker(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """Another spelling of null that the source knows."""
    empty = [place for place in range(len(site.columns)) if site.value(place) is None]
    marker = site.layout.other_nulls[0] if site.layout.other_nulls else ""
    if not empty or marker == site.layout.null:
        return None
    cells = [*site.cells]
    for place in empty:
        cells[place] = marker
    return planted(site, "null_marker", "", site.layout.line(cells))


def cursor_far(site: Site, draw: Draw, words: tuple[str, ...], table: str = "") -> list[Line] | None:
    place = site.place_of("updated_date")
    if table in FAR_TABLES and draw.chance(0.5):
        later = site.with_text(place, FAR_BUT_LATER)
        cells = later.with_cell(place, _zoned(site, FAR_BUT_LATER))
        return planted(later, "cursor_far", "2099", site.layout.line(cells))
    cells = site.with_cell(place, _zoned(site, draw.pick(FAR)))
    return planted(site, "cursor_far", "garbage", site.layout.line(cells))


def missing_key(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    cells = site.with_cell(site.place_of("id"), site.layout.null)
    return planted(site, "missing_key", "", site.layout.line(cells))


def key_trailing_blank(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    place = site.place_of("id")
    return planted(
        site, "key_trailing_blank", "", site.layout.line(site.with_cell(place, site.cells[place] + " "))
    )


def swapped_dates(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """Created after it was changed: every cell parses, only the pair gives it away."""
    created, updated = site.place_of("created_date"), site.place_of("updated_date")
    if site.value(created) == site.value(updated):
        return None
    cells = site.with_cell(created, site.cells[updated])
    cells[updated] = site.cells[created]
    return planted(site, "swapped_dates", "", site.layout.line(cells))


def _zoned(site: Site, text: str) -> str:
    return text[:10] + "T" + text[11:] + "Z" if site.layout.offset_zone else text
