"""Lines that are not one row each: cut, glued, cut off, repeated headers, quotes that never close."""

from __future__ import annotations

from pipelines.engine.spec import Kind
from pipelines.sample.chance import Draw
from pipelines.sample.damage.shifts import planted, some_text, tear
from pipelines.sample.damage.site import Line, Site, Truth
from pipelines.sample.damage.table import expectation


def split_row(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """A line break inside a text."""
    place = some_text(site, draw)
    if place is None:
        return None
    torn = site.with_text(place, tear(site.value(place), "\n", False, draw, words))
    how = "alone" if site.alone(place) else "beside"
    if site.layout.newline != "\n":
        how = (
            "other_newline"  # the break in the text is not the file's, and a reader may not tell which it was
        )
    return planted(torn, "split_row", how, site.layout.line(torn.cells))


def truncated(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """The writer stopped in mid-row."""
    keep = len(site.cells) * (40 + draw.below(40)) // 100
    return planted(site, "truncated", "", site.layout.line(site.cells[:keep]))


def header_again(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    names = [column.in_lake for column in site.columns]
    header = site.layout.line([name.upper() if site.layout.reordered else name for name in names])
    never = Truth(row={}, kind="header_again", expect=expectation("header_again"))
    return [Line(data=header.encode(), truths=(never,)), clean(site)]


def merged_lines(site: Site, other: Site, draw: Draw) -> list[Line] | None:
    """Two rows on one line, with a delimiter between them or nothing at all."""
    how = "delimited" if draw.chance(0.65) else "glued"
    between = site.layout.delimiter if how == "delimited" else ""
    expect = expectation("merged_lines", how)
    truths = tuple(
        Truth(row=row, kind="merged_lines", how=how, expect=expect) for row in (site.row, other.row)
    )
    text = site.layout.line(site.cells) + between + site.layout.line(other.cells)
    return [Line(data=text.encode(), truths=truths)]


def unclosed_quote(site: Site, other: Site, draw: Draw) -> list[Line] | None:
    """A quote opens and does not close; the next row, quoted throughout, ends the confusion."""
    place = some_text(site, draw)
    text = site.value(place) if place is not None else None
    if place is None or not text or any("\n" in cell for cell in (*site.cells, *other.cells)):
        return None
    cells = [site.layout.quoted(cell) for cell in site.cells]
    cells[place] = '"' + text.replace('"', "")
    torn = site.with_text(place, text.replace('"', ""))
    following = ['"' + cell.replace('"', '""') + '"' for cell in other.cells]
    swallowed = Truth(row=other.row, kind="swallowed", expect=expectation("swallowed"))
    return [
        *planted(torn, "unclosed_quote", "", site.layout.delimiter.join(cells)),
        Line(data=site.layout.delimiter.join(following).encode(), truths=(swallowed,)),
    ]


def drifted(site: Site) -> list[Line]:
    """A column nobody announced stands in the middle of every row of a file, its header unchanged."""
    place = next(place for place, column in enumerate(site.columns) if column.kind is Kind.FREETEXT)
    cells = [*site.cells[:place], "WEB", *site.cells[place:]]
    return planted(site, "drifted_file", "", site.layout.line(cells))


def clean(site: Site) -> Line:
    truth = Truth(row=site.row, kind="clean", expect="accept")
    return Line(data=site.layout.line(site.cells).encode(), truths=(truth,))
