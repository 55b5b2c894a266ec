"""The canonical form of a document and the two checksums that stand on it. Pure.

A document is a flat or nested mapping whose scalars are already text in the form of their column (the engine's
`typed` makes it). Nulls are left out, so a column added later changes no checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import xxhash

Document = Mapping[str, Any]

FORM_VERSION = b"hub/1:"
CELL_SEPARATOR = "\x1f"
ESCAPED = bytes(range(0x20)) + b'"\\'  # what JSON text cannot hold as it is


def canonical_json(document: Document) -> bytes:
    """UTF-8 JSON with sorted keys, no blanks and without nulls at any depth of mappings."""
    return sorted_json(without_nulls(document))


def sorted_json(document: Document) -> bytes:
    """The canonical JSON of a document that holds no nulls: those are not looked for here."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def without_nulls(document: Document) -> dict[str, Any]:
    """The same document without keys whose value is None; lists keep their length."""
    return {
        name: without_nulls(value) if isinstance(value, dict) else value
        for name, value in document.items()
        if value is not None
    }


def typed_checksum(document: Document) -> bytes:
    """16 bytes over the canonical form: equal exactly when two documents mean the same."""
    return checksum_of(canonical_json(document))


def checksum_of(text: bytes) -> bytes:
    """The same of a document that is canonical JSON already."""
    return xxhash.xxh3_128_digest(FORM_VERSION + text)


def raw_checksums(prefix: bytes, joined_cells: Iterable[bytes]) -> list[bytes]:
    """16 bytes a row over its raw cells, joined by CELL_SEPARATOR, after a fingerprint.

    A Python loop on purpose: one C call a row runs at millions of rows a second.
    """
    digest = xxhash.xxh3_128_digest
    return [digest(prefix + cells) for cells in joined_cells]


def fingerprint(*parts: object) -> bytes:
    """8 bytes that change when any part (code version, column map, rule version) changes."""
    return xxhash.xxh3_64_digest(orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS))
