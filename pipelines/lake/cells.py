"""From lines to cells: two ways of writing CSV, one rectangular result.

Regular lines are split by Arrow; Python cuts only those with quotes. What is irregular is kept: surplus cells stay in
the last one, missing ones are null, undecodable lines become faults with their bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from hub.lakes import Fault, FileFormat
from pipelines.lake.lines import MAX_LINE_BYTES

# A quoted cell that goes on for longer is a quote nobody closed.
MAX_JOINED_LINES = 50
MAX_JOINED_TEXT = 1 << 20  # characters
LEAST_WIDTH = 4  # a line of prose has three commas easily: of a narrow table's rows it cannot be told
# What is written of a row in one statement, at most its text before and after in the trail, stays below the
# 16 MB of a packet of MariaDB's even where every character is escaped twice.
MAX_ROW_BYTES = 1 << 20
KEPT_BYTES = 1 << 16
csv.field_size_limit(2 * MAX_LINE_BYTES)  # whether a row is too large is asked of the whole row


@dataclass
class Rows:
    """Rows of cells (all of one width), the physical line each began on, and how many lines they took.

    `returns` are the lines that end in a carriage return, which is cut off: a text may have been torn there.
    """

    cells: list[pa.Array]
    lines: list[int]
    taken: int
    faults: dict[int, Fault] = field(default_factory=dict)
    returns: frozenset[int] = frozenset()


def split_lines(lines: Sequence[bytes], count: int, first_line: int, width: int, form: FileFormat) -> Rows:
    """Cut the records that begin in the first `count` lines into `width` columns; empty lines are left out.

    The lines behind `count` (MAX_JOINED_LINES of them, or the file's last) only serve to end a quoted cell.
    """
    if form.writing == "rfc4180":
        return _split_quoted(lines, count, first_line, width, form)
    ended = [line.removesuffix(b"\r") for line in lines[:count]]
    numbers = [number for number, line in enumerate(ended, first_line) if line]
    kept, large = without_large([line for line in ended if line])
    text, faults = decode(kept, form.encoding)
    cells = _split_naive(text, width, form.delimiter)
    return Rows(cells, numbers, len(ended), faults | large, _returns(lines[:count], first_line))


def _returns(lines: Sequence[bytes], first_line: int) -> frozenset[int]:
    return frozenset(number for number, line in enumerate(lines, first_line) if line[-1:] == b"\r")


def heading_cells(line: bytes, form: FileFormat) -> list[str] | None:
    """The cells of a heading; None for a line that is no text, or more than one."""
    text, faults = decode([line.removesuffix(b"\r")], form.encoding)
    heading: str = text[0].as_py()
    if faults or "\r" in heading or "\0" in heading:
        return None
    quoted = _cells(heading, form.delimiter) if form.writing == "rfc4180" else None
    return quoted or heading.split(form.delimiter)


def without_large(rows: list[bytes]) -> tuple[list[bytes], dict[int, Fault]]:
    """The rows with those of more than MAX_ROW_BYTES emptied, and these as faults."""
    large = {index: too_large(row) for index, row in enumerate(rows) if len(row) > MAX_ROW_BYTES}
    return [b"" if index in large else row for index, row in enumerate(rows)] if large else rows, large


def too_large(row: bytes) -> Fault:
    """What is kept of a row that no table takes: its size, its digest and how it begins.

    An empty line comes first, so that nobody cuts the rest into cells and takes the beginning for the row.
    """
    notice = f"\n{len(row)} bytes, SHA-256 {sha256(row).hexdigest()}, too large to be kept; it begins:\n"
    return Fault(code="too_large", raw=notice.encode() + row[:KEPT_BYTES])


def decode(lines: list[bytes], encoding: str) -> tuple[pa.Array, dict[int, Fault]]:
    """Text of the lines; those that are not in the encoding become faults and empty text."""
    if encoding.lower().replace("-", "") == "utf8":
        try:
            return pa.array(lines, pa.binary()).cast(pa.string()), {}
        except pa.ArrowInvalid:
            pass
    texts, faults = [], {}
    for index, line in enumerate(lines):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            texts.append("")
            faults[index] = Fault(code="bad_encoding", raw=line)
    return pa.array(texts, pa.string()), faults


def _split_naive(text: pa.Array, width: int, delimiter: str) -> list[pa.Array]:
    """Short lines get nulls at their end, as a lake's reader gives them."""
    parts = pc.split_pattern(text, delimiter, max_splits=width - 1)
    parts = pc.list_slice(parts, 0, width, return_fixed_size_list=True)
    return [pc.list_element(parts, index) for index in range(width)]


def _split_quoted(lines: Sequence[bytes], count: int, first_line: int, width: int, form: FileFormat) -> Rows:
    """Plain lines are split by Arrow; Python looks at those with quotes, and at those that are faulty."""
    texts, undecodable = _structure(lines, form.encoding)
    faulty = undecodable | {index for index, line in enumerate(lines) if len(line) > MAX_ROW_BYTES}
    odd = [index for index, text in enumerate(texts) if '"' in text or index in faulty]
    rows: list[list[str | None]] = []
    begins: list[int] = []
    faults: dict[int, Fault] = {}
    behind = 0  # the first line that no record has taken; plain ones in front of it are part of a cell
    plain: list[int] = []
    for index, span, cells in _records(texts, odd, count, form.delimiter, width):
        plain += range(behind, index)
        behind = index + span
        raw = b"\n".join(lines[index:behind]).removesuffix(b"\r")
        if fault := _fault(raw, cells, not undecodable.isdisjoint(range(index, behind))):
            faults[index], cells = fault, None
        rows.append(_fit(cells or [], width, form.delimiter))
        begins.append(index)
    taken = max(behind, min(count, len(lines)))
    plain = [index for index in [*plain, *range(behind, taken)] if texts[index] not in ("", "\r")]
    text = pa.array([texts[index].removesuffix("\r") for index in plain], pa.string())
    places = [*plain, *begins]
    order = sorted(range(len(places)), key=places.__getitem__)
    columns = zip(_split_naive(text, width, form.delimiter), _columns(rows, width), strict=True)
    return Rows(
        cells=[pa.concat_arrays(parts).take(pa.array(order, pa.int64())) for parts in columns],
        lines=[first_line + places[place] for place in order],
        taken=taken,
        faults={row: faults[places[place]] for row, place in enumerate(order) if places[place] in faults},
    )


def _fault(raw: bytes, cells: list[str] | None, undecodable: bool) -> Fault | None:
    if len(raw) > MAX_ROW_BYTES:
        return too_large(raw)
    if undecodable:
        return Fault(code="bad_encoding", raw=raw)
    return Fault(code="unclosed_quote", raw=raw) if cells is None else None


def _columns(rows: list[list[str | None]], width: int) -> list[pa.Array]:
    columns: list[tuple[str | None, ...]] = list(zip(*rows, strict=True)) if rows else [()] * width
    return [pa.array(column, pa.string()) for column in columns]


def _structure(lines: Sequence[bytes], encoding: str) -> tuple[list[str], set[int]]:
    """Text of the lines, and which of them are not in the encoding; their quotes still count."""
    text, faults = decode(list(lines), encoding)
    texts: list[str] = text.to_pylist()
    for index, fault in faults.items():
        texts[index] = fault.raw.decode(encoding, errors="replace")
    return texts, set(faults)


def _records(
    lines: list[str], odd: list[int], count: int, delimiter: str, width: int
) -> Iterator[tuple[int, int, list[str] | None]]:
    """First line, number of lines and cells of each record that begins in an odd line.

    Its cells are None where its quotes make no sense.
    """
    behind = 0
    for index in odd:
        if behind <= index < count:
            span, cells = _record(lines, index, delimiter, width)
            yield index, span, cells
            behind = index + span


def _record(lines: list[str], index: int, delimiter: str, width: int) -> tuple[int, list[str] | None]:
    """Lines are joined while a quote is open.

    A quote that stays open for too long, whose end makes no cell, or that ties whole rows together is not
    believed: its line stands alone, so that it costs none of the good rows behind it.
    """
    span, record = 1, lines[index]
    while _open_quotes(record) and _may_go_on(record, span) and index + span < len(lines):
        record = f"{record}\n{lines[index + span]}"
        span += 1
    cells = _cells(record.removesuffix("\r"), delimiter)
    if cells is None or _are_rows(lines[index : index + span], delimiter, width):
        return 1, None
    return span, cells


def _are_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether lines that a quote ties together have cells enough to be rows of their own.

    Then two strays tie them: in a text of several lines neither those between its quotes are as long as a row,
    nor are both the one that it begins in and the one that it ends in.
    """
    if len(lines) == 1 or width < LEAST_WIDTH:
        return False
    first, *between, last = (line.count(delimiter) >= width - 1 for line in lines)
    return any(between) or (first and last)


def _may_go_on(record: str, span: int) -> bool:
    return span < MAX_JOINED_LINES and len(record) < MAX_JOINED_TEXT


def _cells(record: str, delimiter: str) -> list[str] | None:
    """The record's cells; None when its quotes do not close where a cell ends."""
    if '"' not in record:
        return record.split(delimiter)
    try:
        return None if _open_quotes(record) else next(csv.reader([record], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _open_quotes(text: str) -> bool:
    return text.count('"') % 2 == 1


def _fit(row: list[str], width: int, delimiter: str) -> list[str | None]:
    """Surplus cells go on in the last one, missing ones are null."""
    if len(row) > width:
        return [*row[: width - 1], delimiter.join(row[width - 1 :])]
    return [*row, *[None] * (width - len(row))]
