"""The published schema of order documents, and what is wrong with one that does not fit it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

FILE = Path(__file__).parent / "order-1.schema.json"


@cache
def validator() -> jsonschema_rs.Draft202012Validator:
    """Compiled once a process."""
    return jsonschema_rs.Draft202012Validator(orjson.loads(FILE.read_bytes()), validate_formats=True)


def problem_with(body: dict[str, Any]) -> str:
    """Where and why a document does not fit, without any of its values; '' where it does."""
    if validator().is_valid(body):
        return ""
    error = next(iter(validator().iter_errors(body)))
    place = "/".join(str(step) for step in error.instance_path) or "the document"
    rule = "/".join(str(step) for step in error.schema_path)
    return f"{place} breaks {rule}"
