"""The way into the outbox: what a room changed and others must learn of, in the transaction of the change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
from django.db import IntegrityError, connection, transaction

from audit.insert import insert
from hub import clock
from hub.canonical import checksum_of
from hub.errors import FatalError
from hub.ids import new_ids
from hub.tenancy import every_tenant
from pipelines.delivery.models import (
    EVENT_LENGTH,
    KEY_LENGTH,
    NAME_LENGTH,
    TENANT_LENGTH,
    Delivery,
    OutboxMessage,
    Target,
)

LOOKED_UP = 500  # keys a query
ATTEMPTS = 3
_EVENT = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_TOPIC = re.compile(r"[a-z][a-z0-9_]*")
_TENANT = re.compile(r"[a-z][a-z0-9_]*")
Version: TypeAlias = tuple[str, str, int]  # topic, key, version


class VersionTaken(FatalError):
    """A version of a document was enqueued twice with different content."""


class UnfitMessage(FatalError):
    """A message cannot be delivered as it stands."""


class OutsideTransaction(FatalError):
    """A message must commit together with the change it tells of, but no transaction is open."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One version of one document for everybody who receives this topic of this tenant.

    `topic` is what the document is ("order"), `event` what happened ("order.changed", "order.withdrawn");
    `key` and `version` name the document's version and thereby the idempotency key; `body` is the document
    as canonical JSON text. A key is stored with its tenant in front, whether it is given so or not.
    """

    tenant: str
    topic: str
    event: str
    key: str
    version: int
    body: str

    @property
    def full_key(self) -> str:
        return self.key if self.key.startswith(f"{self.tenant}:") else f"{self.tenant}:{self.key}"

    @property
    def identity(self) -> Version:
        return (self.topic, self.full_key, self.version)


def enqueue(messages: Sequence[Message]) -> int:
    """Put messages into the outbox in the caller's transaction; returns how many deliveries that makes.

    A message that is there already makes none, except for targets that came since. Deliveries to a paused target wait
    for it. Raises VersionTaken where the same version has another body, UnfitMessage for a message out of shape.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(hint="call enqueue inside transaction.atomic(), together with the change")
    given = _distinct(messages)
    if not given:
        return 0
    with every_tenant():
        return _tried(given)


def refill(message: Message) -> bool:
    """Put back the body of a message that was pruned, for whoever lost it; whether it had been.

    In the caller's transaction, before anything is sent again. Raises VersionTaken for another body than it had.
    """
    _check(message)
    with every_tenant():
        rows = OutboxMessage.objects.filter(
            topic=message.topic, key=message.full_key, version=message.version, pruned_at__isnull=False
        )
        if rows.exclude(checksum=_checksum(message)).exists():
            raise VersionTaken(f"{message.full_key} version {message.version} had another body")
        return rows.update(body=message.body, pruned_at=None) > 0


def version_for(messages: Sequence[Message]) -> dict[str, int]:
    """By key, the version these messages should have, whatever version they carry: for a room that lost its own.

    The newest one that the outbox knows where it says the same, the one behind it where it says something else,
    1 where the outbox knows none. So no version is ever given to two bodies.
    """
    wanted = {message.full_key: message for message in messages}
    newest: dict[str, tuple[int, bytes]] = {}
    keys = sorted(wanted)
    with every_tenant():
        for start in range(0, len(keys), LOOKED_UP):
            part = keys[start : start + LOOKED_UP]
            rows = OutboxMessage.objects.filter(topic__in={each.topic for each in messages}, key__in=part)
            for key, version, checksum in rows.values_list("key", "version", "checksum"):
                newest[str(key)] = max(newest.get(str(key), (0, b"")), (version, bytes(checksum or b"")))
    return {
        key: version + (checksum != _checksum(wanted[key])) for key, (version, checksum) in newest.items()
    } | dict.fromkeys(wanted.keys() - newest.keys(), 1)


def _tried(given: dict[Version, Message]) -> int:
    """Somebody else may put in the same message meanwhile: then it is looked up again."""
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return _enqueued(given)
        except IntegrityError:
            continue
    return _enqueued(given)


def _enqueued(given: dict[Version, Message]) -> int:
    ids = _known(given)
    new = [message for identity, message in given.items() if identity not in ids]
    if new:
        ids |= _insert_messages(new)
    return _insert_deliveries(given, ids)


def _distinct(messages: Iterable[Message]) -> dict[Version, Message]:
    """By version and sorted, so that two writers lock rows in the same order."""
    found: dict[Version, Message] = {}
    for message in messages:
        _check(message)
        known = found.setdefault(message.identity, message)
        if known.body != message.body:
            raise VersionTaken(f"{message.full_key} version {message.version} has two bodies")
    return dict(sorted(found.items()))


def _check(message: Message) -> None:
    fits = (
        _TENANT.fullmatch(message.tenant) and len(message.tenant) <= TENANT_LENGTH
        and _TOPIC.fullmatch(message.topic) and len(message.topic) <= NAME_LENGTH
        and _EVENT.fullmatch(message.event) and len(message.event) <= EVENT_LENGTH
        and len(message.key) > 0 and len(message.full_key) <= KEY_LENGTH
        and message.key.isprintable() and not message.key.endswith(" ")
        and 0 <= message.version < 2**63
    )  # fmt: skip
    if not fits:
        raise UnfitMessage(
            f"a message of {message.topic[:NAME_LENGTH]!r} does not fit the outbox",
            hint=f"tenant, topic and event are plain names, a key has at most {KEY_LENGTH} printable characters",
        )
    if not message.body or "\n" in message.body or "\r" in message.body:
        raise UnfitMessage(f"the body of {message.full_key} is not canonical JSON", hint="hub.canonical")


def _known(given: dict[Version, Message]) -> dict[Version, int]:
    """The ids of the messages that are in the outbox already."""
    found: dict[Version, int] = {}
    identities = list(given)
    for start in range(0, len(identities), LOOKED_UP):
        part = identities[start : start + LOOKED_UP]
        rows = OutboxMessage.objects.filter(
            topic__in={topic for topic, _, _ in part},
            key__in=[key for _, key, _ in part],
            version__in={version for _, _, version in part},
        )
        for pk, topic, key, version, checksum in rows.values_list(
            "id", "topic", "key", "version", "checksum"
        ):
            message = given.get((str(topic), str(key), version))
            if message is None:
                continue
            if checksum != _checksum(message):
                raise VersionTaken(f"{key} version {version} was enqueued with another body before")
            found[message.identity] = pk
    return found


def _checksum(message: Message) -> bytes:
    return checksum_of(f"{message.event}\n{message.body}".encode())


def _insert_messages(new: list[Message]) -> dict[Version, int]:
    ids = new_ids(len(new))
    insert(
        OutboxMessage,
        {
            "id": pa.array(ids, pa.int64()),
            "tenant": _texts(message.tenant for message in new),
            "topic": _texts(message.topic for message in new),
            "event": _texts(message.event for message in new),
            "key": _texts(message.full_key for message in new),
            "version": pa.array([message.version for message in new], pa.int64()),
            "body": _texts(message.body for message in new),
            "checksum": pa.array([_checksum(message) for message in new], pa.binary()),
            "created_at": _now(),
        },
    )
    return dict(zip((message.identity for message in new), ids, strict=True))


def _insert_deliveries(given: dict[Version, Message], ids: dict[Version, int]) -> int:
    """For every target of every message that has none yet."""
    wanted = [
        (target, message)
        for target, messages in _receivers(given.values())
        for message in _missing(target, messages, ids)
    ]
    if not wanted:
        return 0
    insert(
        Delivery,
        {
            "id": pa.array(new_ids(len(wanted)), pa.int64()),
            "target": pa.array([target for target, _ in wanted], pa.int64()),
            "message": pa.array([ids[message.identity] for _, message in wanted], pa.int64()),
            "tenant": _texts(message.tenant for _, message in wanted),
            "key": _texts(message.full_key for _, message in wanted),
            "version": pa.array([message.version for _, message in wanted], pa.int64()),
            "state": Delivery.State.PENDING.value,
            "due_at": _now(),
            "alone": 0,
            "attempts": 0,
            "created_at": _now(),
            "last_error": "",
        },
    )
    return len(wanted)


def _receivers(messages: Iterable[Message]) -> list[tuple[int, list[Message]]]:
    """The targets with what each is to get."""
    by_feed: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        by_feed.setdefault((message.tenant, message.topic), []).append(message)
    return [
        (target, those)
        for (tenant, topic), those in by_feed.items()
        for target in Target.objects.receiving(tenant, topic).values_list("id", flat=True)
    ]


def _missing(target: int, messages: list[Message], ids: dict[Version, int]) -> list[Message]:
    there: set[int] = set()
    wanted = [ids[message.identity] for message in messages]
    for start in range(0, len(wanted), LOOKED_UP):
        rows = Delivery.objects.filter(target=target, message__in=wanted[start : start + LOOKED_UP])
        there.update(rows.values_list("message_id", flat=True))
    return [message for message in messages if ids[message.identity] not in there]


def _texts(values: Iterable[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _now() -> str:
    return str(connection.ops.adapt_datetimefield_value(clock.now()))
