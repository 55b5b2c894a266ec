"""Ids, numbers, dates and times as other systems write them, turned into the house's own writing. Pure.

A format is told the way people tell it: a regular expression for ids, an example for numbers (`1.234,56`),
strptime's directives for dates and times (`%d/%m/%Y %H:%M`) or one of the names in EPOCHS. Whatever it does
not match becomes null; whether a match is a date or a number that exists is asked of the typing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.engine.spec import SHAPES, Column, Kind

ISO = "iso"  # the house's own way, for files of which some rows are written so
ISO_TIME = "iso_time"  # the house's times, also where a column holds days
EPOCHS = {"epoch": 6, "epoch_ms": 3, "epoch_us": 0}  # digits between the unit and a microsecond
# What every id must be, whatever a source's own expression allows: MariaDB takes a blank at the end for none.
ID_SHAPE = r"[!-~](?:[ -~]{0,62}[!-~])?"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DIRECTIVES = {
    "Y": r"\d{4}",
    "m": r"\d{1,2}",
    "d": r"\d{1,2}",
    "b": f"(?i:{'|'.join(MONTHS)})",
    "B": f"(?i:{_FULL_MONTHS})",
    "H": r"\d{1,2}",
    "I": r"\d{1,2}",
    "p": "(?i:am|pm)",
    "M": r"\d{2}",
    "S": r"\d{2}(?:\.\d{1,9})?",
    "z": r"Z|UTC|GMT|[+-]\d{2}:?\d{2}",
    "Z": "[A-Z]{1,5}",
}
_TOKEN = re.compile(r"%(.?)|([^%]+)", re.DOTALL)
_EXAMPLE = re.compile("1([., ']?)234([.,])56")
_BLANKS = " \u00a0\u202f"  # what stands between thousands is often a blank that does not break
# Cells that many columns hold: an id's expression that takes one of them tells little.
_COMMON = (
    "1",
    "42",
    "20250131",
    "12.50",
    "2025-01-31",
    "2025-01-31 08:00:00",
    "true",
    "EUR",
    "Ada",
    "active",
)
_SAMPLES: dict[Kind, str] = {
    Kind.DECIMAL: "1.234,56",
    Kind.DATE: "%d/%m/%Y",
    Kind.TIMESTAMP: "%d/%m/%Y %H:%M",
}

FORMATTED = frozenset({Kind.ID, Kind.REF, Kind.TEXT, Kind.INT, Kind.DECIMAL, Kind.DATE, Kind.TIMESTAMP})


def complaint(kind: Kind, text: str) -> str:
    """Why a format cannot be used for columns of a kind; '' when it can."""
    try:
        _shape(kind, text)
    except ValueError as error:
        return str(error)
    return ""


def example_of(kind: Kind) -> str:
    """A format of that kind, for hints."""
    return _SAMPLES.get(kind, r"cus_\w+")


def tells_little(pattern: str) -> bool:
    """Whether an id's expression also takes what other columns hold."""
    return any(re.fullmatch(pattern, cell) for cell in _COMMON)


def shape_of(column: Column) -> str:
    """A regular expression (Python's) for the cells that may stand in a column which binds."""
    if column.formats:
        own = "|".join(_shape(column.kind, text) for text in column.formats)
    elif column.kind is Kind.ENUM:
        own = "|".join(map(re.escape, column.values))
    elif column.kind is Kind.BOOL:
        own = f"(?i:{'|'.join(('true', 'false', *column.values))})"
    else:
        own = SHAPES.get(column.kind) or column.pattern or ".*"
    return "|".join([*(re.escape(theirs) for theirs, _ in column.words), own])


def has_clock(text: str) -> bool:
    """Whether a format of a date or time tells the time of day."""
    return text in {*EPOCHS, ISO_TIME} or bool(re.search("%[HI]", text))


def house_text(column: Column, text: str, cells: pa.Array) -> pa.Array:
    """The cells as the house would write them; null where they are not of the format."""
    kind = column.kind
    if kind in {Kind.ID, Kind.REF}:
        return _matching(_matching(cells, ID_SHAPE), text)
    if text in {ISO, ISO_TIME}:
        return cells
    if kind in {Kind.INT, Kind.DECIMAL}:
        return _plain_number(cells, text, kind)
    return _from_epoch(cells, EPOCHS[text]) if text in EPOCHS else _from_calendar(cells, text, column.zones)


def _matching(cells: pa.Array, shape: str) -> pa.Array:
    matches = pc.fill_null(pc.match_substring_regex(cells, f"^(?:{shape})$"), False)
    return pc.if_else(matches, cells, pa.scalar(None, pa.string()))


@lru_cache(maxsize=512)
def _shape(kind: Kind, text: str) -> str:
    """The expression for one format, as Python and Arrow read it alike; ValueError says what is wrong with it."""
    if kind in {Kind.ID, Kind.REF}:
        return f"(?={ID_SHAPE}\\Z)(?:{_expression(text)})"
    if kind is Kind.TEXT:
        return _expression(text)
    if kind not in FORMATTED:
        raise ValueError("its columns have one way of writing only; for single words there is values")
    if text == ISO:
        return SHAPES[kind]
    if kind in {Kind.INT, Kind.DECIMAL}:
        return _number_shape(text, kind)
    if text == ISO_TIME:
        return SHAPES[Kind.TIMESTAMP]
    if text in EPOCHS:
        return rf"-?\d{{1,{18 - EPOCHS[text]}}}(?:\.\d{{1,9}})?"
    return _calendar(text, lambda name, shape: f"(?:{shape})")


def _expression(text: str) -> str:
    try:
        pc.match_substring_regex(pa.array([""]), f"^(?:{text})$")
        re.compile(f"(?:{text})")
    except (pa.ArrowInvalid, re.error) as error:
        raise ValueError(f"{text!r} is no regular expression ({error})") from None
    return text


def _separators(example: str) -> tuple[str, str]:
    """What stands between thousands ('' for nothing) and before the fraction."""
    found = _EXAMPLE.fullmatch(example)
    if found is None or found[1] == found[2]:
        raise ValueError(f"{example!r} is not the number 1234.56 as the file would write it")
    return found[1], found[2]


def _number_shape(example: str, kind: Kind) -> str:
    thousands, point = _separators(example)
    between = f"[{_BLANKS}]" if thousands == " " else re.escape(thousands)
    grouped = rf"|\d{{1,3}}(?:{between}\d{{3}}){{1,2}}" if thousands else ""
    fraction = "0{1,9}" if kind is Kind.INT else r"\d{1,9}"  # pandas writes 3 as 3.0
    return rf"-?(?:\d{{1,9}}{grouped})(?:{re.escape(point)}{fraction})?"


def _plain_number(cells: pa.Array, example: str, kind: Kind) -> pa.Array:
    thousands, point = _separators(example)
    found = _matching(cells, _number_shape(example, kind))
    for character in _BLANKS if thousands == " " else thousands:
        found = pc.replace_substring(found, character, "")
    plain = pc.replace_substring(found, point, ".")
    return pc.replace_substring_regex(plain, r"\.0+$", "") if kind is Kind.INT else plain


def _from_epoch(cells: pa.Array, digits: int) -> pa.Array:
    """Instants counted from 1970, to the microsecond; what is finer is cut off."""
    parts = pc.extract_regex(cells, rf"^(?P<whole>-?\d{{1,{18 - digits}}})(?:\.(?P<rest>\d{{1,9}}))?$")
    whole, rest = pc.struct_field(parts, "whole"), pc.fill_null(pc.struct_field(parts, "rest"), "")
    micros = pc.utf8_slice_codeunits(pc.utf8_rpad(rest, digits, "0"), 0, digits) if digits else ""
    joined = pc.binary_join_element_wise(whole, micros, "")
    instants = joined.cast(pa.int64()).cast(pa.timestamp("us", "UTC"))
    return pc.strftime(instants, "%Y-%m-%d %H:%M:%SZ")


def _from_calendar(cells: pa.Array, text: str, zones: Sequence[tuple[str, str]]) -> pa.Array:
    parts = pc.extract_regex(cells, f"^(?:{_calendar(text, lambda name, shape: f'(?P<{name}>{shape})')})$")

    def part(name: str) -> pa.Array:
        return pc.struct_field(parts, name)

    named = {directive for directive, _ in _TOKEN.findall(text) if directive}
    month = _two(part("m")) if "m" in named else _month_number(part("b" if "b" in named else "B"))
    day = pc.binary_join_element_wise(part("Y"), month, _two(part("d")), "-")
    if not has_clock(text):
        return day
    hour = _two(part("H")) if "H" in named else _hour_of_day(part("I"), part("p"))
    minute = part("M") if "M" in named else "00"
    second = part("S") if "S" in named else "00"
    zone = _offset(part("z"), ()) if "z" in named else _offset(part("Z"), zones) if "Z" in named else ""
    time = pc.binary_join_element_wise(hour, minute, second, ":")
    return pc.binary_join_element_wise(day, "T", time, zone, "")


def _offset(told: pa.Array, zones: Sequence[tuple[str, str]]) -> pa.Array:
    """Offsets; an abbreviation means what the source says, since half of them mean several zones."""
    known = dict((*zones, ("UTC", "Z"), ("GMT", "Z"), ("Z", "Z")))
    place = pc.index_in(told, value_set=pa.array(list(known), pa.string()))
    by_name = pa.array(list(known.values()), pa.string()).take(place)
    written = pc.match_substring_regex(told, "^[+-]")
    return pc.if_else(pc.fill_null(written, False), told, by_name)


def _two(digits: pa.Array) -> pa.Array:
    return pc.utf8_lpad(digits, 2, "0")


def _month_number(names: pa.Array) -> pa.Array:
    short = pc.utf8_lower(pc.utf8_slice_codeunits(names, 0, 3))
    return _two(pc.add(pc.index_in(short, value_set=pa.array(MONTHS)), 1).cast(pa.string()))


def _hour_of_day(hours: pa.Array, halves: pa.Array) -> pa.Array:
    """0 to 23 from a clock of twelve hours; what is none of its hours becomes one that no day has."""
    number = hours.cast(pa.int64())
    on_clock = pc.and_(pc.greater_equal(number, 1), pc.less_equal(number, 12))
    half = pc.if_else(pc.equal(pc.utf8_lower(halves), "pm"), 12, 0)
    in_day = pc.add(pc.if_else(pc.equal(number, 12), 0, number), half)
    return _two(pc.if_else(on_clock, in_day, 99).cast(pa.string()))


def _calendar(text: str, place: Callable[[str, str], str]) -> str:
    """The expression for a format of strptime; `place` wraps a directive's own expression."""
    tokens = _TOKEN.findall(text)
    named = [directive for directive, literal in tokens if not literal]
    _refuse_odd(text, named)
    pattern = ""
    for number, (directive, literal) in enumerate(tokens):
        if literal:
            pattern += re.escape(literal)
            continue
        beside = tokens[max(number - 1, 0) : number] + tokens[number + 1 : number + 2]
        touching = any(not neighbour for _, neighbour in beside)
        shape = _DIRECTIVES[directive]
        pattern += place(directive, r"\d{2}" if touching and shape == r"\d{1,2}" else shape)
    return pattern


def _refuse_odd(text: str, named: list[str]) -> None:
    """A format must tell one day and at most one time, each part of it once."""
    known = f"{', '.join(f'%{name}' for name in _DIRECTIVES)} and {', '.join([ISO, ISO_TIME, *EPOCHS])}"
    if unknown := [name for name in named if name not in _DIRECTIVES]:
        raise ValueError(f"{text!r} has %{unknown[0]}; known are {known}")
    months = sum(name in {"m", "b", "B"} for name in named)
    if len(set(named)) < len(named) or months != 1 or not {"Y", "d"} <= set(named):
        raise ValueError(f"{text!r} does not tell one year, month and day; known are {known}")
    given = set(named)
    if ("H" in given and "I" in given) or ("I" in given) != ("p" in given):
        raise ValueError(f"{text!r} does not tell one hour: write %H, or %I with %p")
    if {"z", "Z"} <= given:
        raise ValueError(f"{text!r} tells its zone twice: write %z or %Z")
    needs = {"M": {"H", "I"}, "S": {"M"}, "z": {"H", "I"}, "Z": {"H", "I"}}
    for name, others in needs.items():
        if name in given and not others & given:
            raise ValueError(
                f"{text!r} has %{name} without {' or '.join(f'%{each}' for each in sorted(others))}"
            )
