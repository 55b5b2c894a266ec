"""Delimiters where none belong: in text, around quotes, in numbers; and cells that were left out."""

from __future__ import annotations

from pipelines.engine.spec import Kind
from pipelines.sample.chance import Draw
from pipelines.sample.damage.site import Line, Site, Truth
from pipelines.sample.damage.table import expectation

NUMBERS = (Kind.DECIMAL, Kind.INT)


def planted(site: Site, kind: str, how: str, text: str) -> list[Line]:
    """One damaged line that is one true row."""
    truth = Truth(row=site.row, kind=kind, how=how, expect=expectation(kind, how))
    return [Line(data=text.encode(), truths=(truth,))]


def shift_rest_kept(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    place = some_text(site, draw)
    if place is None:
        return None
    blank = draw.chance(0.5)
    torn = site.with_text(place, tear(site.value(place), site.layout.delimiter, blank, draw, words))
    return planted(torn, "shift_rest_kept", _how(torn, place, blank), torn.layout.line(torn.cells))


def shift_two(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    texts = [place for place in site.places(Kind.FREETEXT) if site.value(place)]
    if len(texts) < 2:
        return None
    blank, first = draw.chance(0.5), draw.below(len(texts) - 1)
    pair = texts[first : first + 2]
    torn = site
    for place in pair:
        torn = torn.with_text(place, tear(site.value(place), site.layout.delimiter, blank, draw, words))
    how = "apart" if all(map(site.alone, pair)) else "beside"
    if blank and site.stretch(pair[0]) == pair:
        how = "beside_blank"
    return planted(torn, "shift_two", how, torn.layout.line(torn.cells))


def left_shift(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """A cell is not written at all, neither value nor delimiter."""
    required = draw.chance(0.4)
    if required:
        places = [
            place
            for place, column in enumerate(site.columns)
            if column.required and column.kind in (Kind.ENUM, Kind.TIMESTAMP, Kind.CURRENCY)
        ]
    else:
        places = [
            place
            for place, column in enumerate(site.columns)
            if not column.required and site.value(place) is None
        ]
    if not places:
        return None
    place = draw.pick(places)
    how = "required" if required else "nullable"
    cells = [*site.cells[:place], *site.cells[place + 1 :]]
    return planted(site, "left_shift", how, site.layout.line(cells))


def quoted_split(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """Quotes around a text with a delimiter, in a file whose reader knows no quotes."""
    place = some_text(site, draw)
    if place is None:
        return None
    torn = site.with_text(place, tear(site.value(place), site.layout.delimiter, True, draw, words))
    cells = torn.with_cell(place, f'"{torn.cells[place]}"')
    return planted(torn, "quoted_split", "", site.layout.line(cells))


def decimal_comma(site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None:
    """`12,50` without quotes."""
    places = [place for place in site.places(Kind.DECIMAL) if site.value(place)]
    if not places:
        return None
    place = draw.pick(places)
    whole, cents = (site.value(place) or "").split(".")
    neighbours = [site.columns[near] for near in (place - 1, place + 1)]
    how = "among_amounts" if any(column.kind in NUMBERS for column in neighbours) else "alone"
    if not all(site.anchored(near) for near in (place - 1, place + 1)):
        how = "beside_text"  # which could have taken up the whole part
    if site.layout.delimiter != ",":
        how = "in_one_cell"
    return planted(
        site, "decimal_comma", how, site.layout.line(site.with_cell(place, f"{whole},{cents[:2]}"))
    )


def some_text(site: Site, draw: Draw) -> int | None:
    """A freetext column, one that holds text where there is one."""
    texts = site.places(Kind.FREETEXT)
    filled = [place for place in texts if site.value(place)]
    return draw.pick(filled or texts) if texts else None


def tear(text: str | None, tears: str, blank: bool, draw: Draw, words: tuple[str, ...]) -> str:
    """The text with a delimiter in it, with or without a blank behind."""
    text, joint = text or draw.pick(words), tears + (" " if blank else "")
    if " " in text and draw.chance(0.6):
        return text.replace(" ", joint, 1)
    return text + joint + draw.pick(words)


def _how(site: Site, place: int, blank: bool) -> str:
    after = "blank" if blank else "tight"
    if site.alone(place):
        return f"alone_{after}"
    stretch = site.stretch(place)
    prose = all(site.columns[near].kind is Kind.FREETEXT and site.value(near) for near in stretch)
    return f"beside_{after}_full" if blank and prose else f"beside_{after}"
