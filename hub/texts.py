"""Columns of text, looked at and joined as a whole. Pure."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def holds_any(texts: pa.Array, signs: bytes) -> bool:
    """Whether any of these ASCII characters stands in the column: one pass over its bytes, none over its cells.

    The bytes may be those of a longer array that this one was cut from, so the answer may be yes in vain.
    """
    data = texts.buffers()[2]
    return data is not None and len(found := data.to_pybytes()) > len(found.translate(None, signs))


def framed(before: str, texts: pa.Array, behind: str) -> pa.Array:
    """Each text between two others; null stays null."""
    return pc.binary_join_element_wise(before, texts, behind, "")
