"""Numbers that were written with commas: as decimals, or between groups of three digits. Pure."""

from __future__ import annotations

import re

from pipelines.engine.spec import Kind

_COMMA_DECIMALS = re.compile(
    r"-?(\d{1,9}|\d{1,3}(\.\d{3})+),(\d{1,2}|\d{4,9})", re.ASCII
)  # 12,50 and 1.234,56
_COMMA_GROUPS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,9})?", re.ASCII)  # 1,234 and 1,234.56


def numbers(text: str, kind: Kind) -> list[str]:
    """The numbers a text with commas may mean: 12,50 is 12.50; 1,234 may be 1234 as well as 1.234, so there are two."""
    found = []
    if kind is Kind.DECIMAL and _COMMA_DECIMALS.fullmatch(text):
        found.append(text.replace(".", "").replace(",", "."))
    if _COMMA_GROUPS.fullmatch(text) and (kind is Kind.DECIMAL or "." not in text):
        found.append(text.replace(",", ""))
        if kind is Kind.DECIMAL and text.count(",") == 1 and "." not in text:
            found.append(text.replace(",", "."))
    return found
