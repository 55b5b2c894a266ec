"""What became of one record: its newest mutations with their diffs, as a block for the record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.safestring import SafeString

from audit.blocks import Block, badge
from audit.diff import Operation
from audit.models import Mutation
from audit.rendering import rendered_operations
from audit.words import BACK, GONE, Line, action_told, lines, summary, without_ciphertext
from hub import figures
from hub.navigation import list_address, may_see, page_address

TRAIL = "audit.mutation"
JSONDIFF_LIMIT = 16 * 1024  # bytes; its time grows with the square of an array's length
SHOWN = 10
LINES_SHOWN = 200
COLOURS = {
    "created": "success",
    "restored": "success",
    "updated": "info",
    "deleted": "danger",
    "erased": "danger",
    "reverted": "warning",
    GONE: "warning",
    BACK: "success",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One mutation as a page tells it."""

    original: Mutation
    at: str
    action: SafeString
    words: str
    lines: list[Line]
    more: int  # lines that are left to the mutation's own page
    raw: str
    href: str


def history(model: str, key: str) -> list[Block]:
    """The newest changes of a record, and the way to the others; nothing for whoever may not see the trail."""
    if not may_see(TRAIL):
        return []
    found = list(Mutation.objects.filter(object_key=key, model=model).order_by("-id")[: SHOWN + 1])
    data = {
        "entries": [_entry(mutation) for mutation in found[:SHOWN]],
        "more": len(found) > SHOWN,
        "all": list_address(TRAIL, model=model, object_key=key),
    }
    return [Block(template="audit/blocks/history.html", title="History", data=data)]


def raw_diff(operations: list[Operation]) -> str:
    """Masked, in jsondiff's form; the operations themselves where jsondiff would take seconds."""
    shown: Any = without_ciphertext(operations)
    if len(orjson.dumps(shown)) <= JSONDIFF_LIMIT:
        shown = rendered_operations(shown)
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def _entry(mutation: Mutation) -> Entry:
    action = action_told(str(mutation.action), str(mutation.model))
    found = lines(mutation.diff)
    return Entry(
        original=mutation,
        at=figures.instant(mutation.at),
        action=badge(action, COLOURS.get(action, "")),
        words=summary(mutation.diff),
        lines=found[:LINES_SHOWN],
        more=len(found) - LINES_SHOWN if len(found) > LINES_SHOWN else 0,
        raw=raw_diff(mutation.diff) if mutation.diff else "",
        href=page_address(TRAIL, str(mutation.pk)),
    )
