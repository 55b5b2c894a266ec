"""The case suite `column_shift`: rows as a reader hands them over, and what the import should do with them. Pure.

The jobs ask the questions in the same order, but of whole columns at a time: is it a row at all, does it read
as it stands, do its times stand in a possible order, and only then how it can be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.cases import CaseResult
from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import BLANKS, BYTE_ORDER_MARK, NULL_TEXT, Cells, Row, Slot
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.spec import Kind, Strength

DRIFT = 0.95  # of a file's rows with one and the same damage
REST_KEPT = "+rest"
AROUND_NAMES = BLANKS + BYTE_ORDER_MARK + '"'
COMPARED_ROWS = {"repair", "accept", "normalise"}
IN_ORDER = (("created_date", "updated_date"), ("created_on", "updated_on"), ("start_date", "end_date"))
A_DECIMAL, A_WHOLE = ("12.50", "-3.5"), ("7", "1234")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the import does with the rows of a case, in the shape of `expected`."""

    action: str
    rows: Sequence[Sequence[str | None]] = ()
    shift: int | None = 0
    column: str | None = None
    lost_columns: Sequence[str] = ()
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "rows": [list(row) for row in self.rows],
            "shift": self.shift,
            "column": self.column,
            "lost_columns": list(self.lost_columns),
            "reason": self.reason,
        }


def run(content: Any) -> Iterator[CaseResult]:
    """Every case's result; columns come from the case, else from the file's `meta`."""
    shared = content.get("meta", {}).get("columns", [])
    for case in content["cases"]:
        columns = case.get("columns") or shared
        expected, got = case["expected"], answer(case, columns).as_dict()
        yield CaseResult(id=str(case["id"]), ok=_agree(expected, got), expected=expected, got=got)


def answer(case: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> Answer:
    """What the import does with the observed rows of a case."""
    context = case.get("context") or {}
    row = Row(tuple(_slot(column, is_key=not place) for place, column in enumerate(columns)))
    rows: list[Cells] = case["observed_rows"]
    if reason := _no_row(rows, row, context.get("trailer_pattern")):
        return Answer(action="drop", reason=reason)
    drifted = context.get("file_share", 0) >= DRIFT
    if all(row.fit(cells) and not _holds_null_text(cells) for cells in rows):
        return _valid(rows, row, drifted=drifted)
    ends = context.get("line_ends") or ["\n"] * (len(rows) - 1)
    suspect = Suspect(lines=rows, ends=ends, stored=context.get("stored_row"))
    around = Surroundings(delimiter=",", rest_kept=REST_KEPT in case.get("serde", ""))
    found = mend(suspect, row, around)
    if drifted and not (isinstance(found, Repaired) and found.rule == "cleaned"):
        return Answer(
            action="file_remap", shift=found.shift, reason="most rows of the file show the same damage"
        )
    return _mended(found)


def _no_row(rows: Sequence[Cells], row: Row, trailer: str | None) -> str:
    """Why nothing here is data; '' where something may be."""
    names = [slot.name.lower() for slot in row.slots]
    if all([(cell or "").strip(AROUND_NAMES).lower() for cell in cells] == names for cells in rows):
        return "the header again"
    if not any((cell or "").strip() for cells in rows for cell in cells):
        return "a blank line"
    if trailer and all(re.search(trailer, cells[0] or "") and not any(cells[1:]) for cells in rows):
        return "a trailer"
    return ""


def _holds_null_text(cells: Cells) -> bool:
    return NULL_TEXT in cells


def _valid(rows: Sequence[Cells], row: Row, *, drifted: bool) -> Answer:
    """Rows that read as they stand are never touched; times the wrong way round give a swap away."""
    for cells in rows:
        if swapped := _swapped(cells, row):
            action = "file_remap" if drifted else "quarantine"
            return Answer(action=action, column="|".join(swapped), reason="order_violated")
    return Answer(action="accept", rows=rows, reason="every cell reads")


def _swapped(cells: Cells, row: Row) -> tuple[str, ...]:
    by_name = {slot.name: cell for slot, cell in zip(row.slots, cells, strict=True)}
    for earlier, later in IN_ORDER:
        first, second = by_name.get(earlier), by_name.get(later)
        if first and second and first[:19].replace("T", " ") > second[:19].replace("T", " "):
            return earlier, later
    return ()


def _mended(found: Repaired | Refused) -> Answer:
    if isinstance(found, Refused):
        return Answer(
            action="quarantine",
            shift=found.shift,
            column="|".join(found.columns) or None,
            lost_columns=found.lost,
            reason=found.code,
        )
    action = "normalise" if found.rule == "cleaned" else "repair"
    return Answer(
        action=action, rows=found.rows, shift=found.shift, column=found.column or None, reason=found.rule
    )


def _agree(expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    if expected["action"] != got["action"]:
        return False
    return expected["action"] not in COMPARED_ROWS or _rows(expected) == _rows(got)


def _rows(answered: Mapping[str, Any]) -> list[list[str]]:
    return [[cell or "" for cell in cells] for cells in answered["rows"]]


def _slot(column: Mapping[str, Any], *, is_key: bool) -> Slot:
    values, regex = column.get("values"), column.get("regex")
    text = "|".join(map(re.escape, values)) if values else regex
    flags = re.IGNORECASE if column.get("case_insensitive") else re.NOFLAG
    shape = re.compile(text, re.ASCII | flags) if text else None
    return Slot(
        name=column["name"],
        required=not column.get("nullable", True),
        strength=Strength(column.get("strength", "none")),
        shape=shape,
        binds=shape is not None and not column.get("freetext"),
        is_key=is_key and shape is not None,
        number=_number(shape) if not values else None,
        words=bool(values),
    )


def _number(shape: re.Pattern[str] | None) -> Kind | None:
    """Which kind of number a pattern describes, if it is one."""
    if shape is None or not all(map(shape.fullmatch, A_WHOLE)) or shape.fullmatch("a1"):
        return None
    return Kind.DECIMAL if all(map(shape.fullmatch, A_DECIMAL)) else Kind.INT
