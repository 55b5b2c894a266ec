"""The one writer of the trail, in the transaction of the change it records.

created keeps no values (the row holds them, older states follow by reverting diffs), updated the operations,
deleted the last document. Where something changes a person's values, those stand protected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
from django.db import connection

from audit.context import Context, current
from audit.diff import Operation, diff
from audit.insert import insert
from audit.keys import SubjectRef
from audit.models import Mutation
from audit.paths import member, root
from audit.protect import Vault, checksum, holds_address, text_of
from hub import clock
from hub.bulk import Values
from hub.canonical import without_nulls
from hub.errors import FatalError
from hub.identifiers import CURRENT_VERSION
from hub.ids import new_ids

Document = dict[str, Any]
Seal = Callable[[str, str], Any]


class OutsideTransaction(FatalError):
    """A mutation must commit together with its change, but no transaction is open."""


@dataclass(kw_only=True, slots=True)  # one a row: a frozen one takes three times as long to make
class Change:
    """What happened to one object. Documents are canonical: flat, text values, nulls may be absent.

    `subject` says whose key protects the personal values; without one the object gets a key of its own.
    Checksums are computed where they are not given.
    """

    tenant: str
    model: str
    key: str
    action: str
    before: Document | None = None
    after: Document | None = None
    personal: frozenset[str] = frozenset()
    subject: SubjectRef | None = None
    reason: str = ""
    checksum_before: bytes | None = None
    checksum_after: bytes | None = None


def record(change: Change) -> int:
    """Record one change; returns the mutation's id."""
    return record_many([change])[0]


def record_many(changes: Sequence[Change]) -> list[int]:
    """Record changes; returns the ids of their mutations in the same order."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(hint="wrap the change and its recording in transaction.atomic()")
    ids = new_ids(len(changes))
    insert(Mutation, mutation_columns(ids, changes, current()))
    return ids


def mutation_columns(ids: Sequence[int], changes: Sequence[Change], context: Context) -> dict[str, Values]:
    """The mutations to insert, by field; mints the keys that protect their personal values."""
    drafts = [_operations(change) for change in changes]
    owners = [_owner(change, draft) for change, draft in zip(changes, drafts, strict=True)]
    vault = Vault()
    vault.load(owner for owner in owners if owner)
    diffs = [
        None if draft is None else _stored(draft, change, owner, vault)
        for change, draft, owner in zip(changes, drafts, owners, strict=True)
    ]
    before = [_checksum(change.checksum_before, change.before, change.personal) for change in changes]
    after = [_checksum(change.checksum_after, change.after, change.personal) for change in changes]
    subjects = [_label(owner or change.subject) for change, owner in zip(changes, owners, strict=True)]
    return {
        "id": pa.array(ids, pa.int64()),
        "at": str(connection.ops.adapt_datetimefield_value(clock.now())),
        "tenant": _texts(change.tenant for change in changes),
        "actor_kind": context.actor.kind,
        "actor_id": context.actor.id,
        "source": context.source,
        "run_id": context.run_id,
        "correlation_id": context.correlation_id,
        "cause_id": context.cause,
        "model": _texts(change.model for change in changes),
        "object_key": _texts(change.key for change in changes),
        "action": _texts(change.action for change in changes),
        "reason": _texts(change.reason or context.reason for change in changes),
        "diff": _texts(diffs),
        "checksum_before": pa.array(before, pa.binary()),
        "checksum_after": pa.array(after, pa.binary()),
        "subject": _texts(subjects),
        "key_version": CURRENT_VERSION,
    }


def _texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _operations(change: Change) -> list[Operation] | None:
    """In clear; which form the diff takes follows from the documents that are given."""
    if change.before is None:
        return None
    before = _plain(change.before, change.personal)
    if change.after is None or change.action == "deleted":
        return [{"op": "remove", "path": "", "old": before}]
    return diff(before, _plain(change.after, change.personal))


def _plain(document: Document, personal: frozenset[str]) -> Document:
    """Without nulls, and with personal values made text: an array's ids would show in the paths of a diff."""
    plain = without_nulls(document)
    for name in personal & plain.keys():
        if type(plain[name]) is not str:
            plain[name] = _leaves(plain[name])
    return plain


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _leaves(item) for name, item in value.items()}
    return text_of(value)


def _owner(change: Change, operations: list[Operation] | None) -> SubjectRef | None:
    """Whose key the operations need; None when they touch nothing personal."""
    if not operations or not any(_touched(operation, change.personal) for operation in operations):
        return None
    return change.subject or SubjectRef(tenant=change.tenant, kind=change.model, source_id=change.key)


def _touched(operation: Operation, personal: frozenset[str]) -> bool:
    sides = [operation[side] for side in ("old", "new") if side in operation]
    if operation["path"]:
        return root(operation["path"]) in personal or any(map(holds_address, sides))
    return any(_is_personal(name, value, personal) for side in sides for name, value in side.items())


def _is_personal(name: str, value: Any, personal: frozenset[str]) -> bool:
    return name in personal or holds_address(value)


def _stored(operations: list[Operation], change: Change, owner: SubjectRef | None, vault: Vault) -> str:
    if owner is not None:
        model, key = change.model, change.key

        def seal(text: str, path: str) -> Any:
            return vault.protect(text, subject=owner, context=(model, key, path))

        operations = [_protected(operation, change.personal, seal) for operation in operations]
    return orjson.dumps(operations).decode()


def _protected(operation: Operation, personal: frozenset[str], seal: Seal) -> Operation:
    path = operation["path"]
    if path and not _touched(operation, personal):
        return operation
    sides = {side: operation[side] for side in ("old", "new") if side in operation}
    if path:
        return operation | {side: _sealed(value, path, seal) for side, value in sides.items()}
    return operation | {
        side: {
            name: _sealed(value, member("", name), seal) if _is_personal(name, value, personal) else value
            for name, value in document.items()
        }
        for side, document in sides.items()
    }


def _sealed(value: Any, path: str, seal: Seal) -> Any:
    if isinstance(value, dict):
        return {name: _sealed(item, member(path, name), seal) for name, item in value.items()}
    return seal(value, path)


def _label(subject: SubjectRef | None) -> str | None:
    return subject.label if subject else None


def _checksum(given: bytes | None, document: Document | None, personal: frozenset[str]) -> bytes | None:
    if given is not None or document is None:
        return given
    return checksum(document, personal)
