"""What rows referred to before they were changed: the trail knows (docs/adr/0020)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import models

from audit.models import Mutation
from pipelines.engine.lookup import parts_of

REWRITTEN = ("updated", "restored", "deleted")  # mutations that may have changed what a row names


def former_values(
    model: type[models.Model], keys: Iterable[str], columns: Collection[str], *, since: int
) -> Iterator[tuple[str, str]]:
    """Column and old value of references that updates behind this id (a batch's) changed in the rows of these keys.

    References are no personal values, so they stand in the diffs in clear. One query for a thousand keys.
    """
    if not columns:
        return
    for part in parts_of(keys):
        diffs = Mutation.unscoped.filter(
            object_key__in=part, id__gte=since, model=model._meta.label_lower, action__in=REWRITTEN
        ).values_list("diff", flat=True)
        for operations in diffs:
            yield from _named(operations or [], columns)


def _named(operations: list[dict[str, Any]], columns: Collection[str]) -> Iterator[tuple[str, str]]:
    for operation in operations:
        if not operation["path"]:  # a diff too long to be kept in parts
            yield from ((name, operation["old"][name]) for name in columns if operation["old"].get(name))
        elif (column := operation["path"]) in columns and operation.get("old"):
            yield column, operation["old"]
