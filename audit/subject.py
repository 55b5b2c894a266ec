"""People who were erased: their keys are gone, and digests of them keep later imports from taking them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import pyarrow as pa
from django.db import connection, transaction

from audit.context import Actor, acting
from audit.insert import insert
from audit.keys import SubjectRef, master_version
from audit.locked import audited_writing
from audit.models import Subject, Tombstone
from audit.record import Change, record
from hub import clock
from hub.identifiers import digest

__all__ = ["SubjectRef", "Tombstones", "bury"]

HELD_IN_MEMORY = 100_000
KEYS_PER_QUERY = 1000
LONGEST_TRANSACTION = timedelta(hours=1)


class Tombstones:
    """The tombstones of one tenant, for a run that asks about every new or changed row.

    Up to HELD_IN_MEMORY of them are read once and kept; above that, every question is one look-up of a
    batch by primary key. `refresh()` before each batch picks up erasures made while the run goes on.
    """

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self._held: set[str] | None = None
        self._too_many = False
        self._read_up_to: datetime | None = None

    @classmethod
    def for_tenant(cls, tenant: str) -> Tombstones:
        """Nothing is read before the first question."""
        return cls(tenant)

    @property
    def empty(self) -> bool:
        """Nobody was ever erased, so no digest needs to be computed: nearly always so."""
        held = self._loaded()
        return not held and not self._too_many

    def hits(self, kind: str, value: bytes) -> bool:
        """Whether this digest lies under a tombstone."""
        return bool(self.hits_many(kind, [value]))

    def hits_many(self, kind: str, digests: Iterable[bytes]) -> set[bytes]:
        """Which of these digests do: the form for a batch."""
        wanted = {_key(self.tenant, kind, value): value for value in digests}
        held = self._loaded()
        found = wanted.keys() & held if not self._too_many else self._looked_up(sorted(wanted))
        return {wanted[key] for key in found}

    def refresh(self) -> None:
        """Read what was added since the last time; one indexed query."""
        if self._read_up_to is None or self._too_many:
            return
        since = self._read_up_to - LONGEST_TRANSACTION  # written earlier, but committed only now
        self._read_up_to = clock.now()
        recent = Tombstone.unscoped.filter(tenant=self.tenant, at__gte=since)
        self._loaded().update(str(key) for key in recent.values_list("key", flat=True))

    def _loaded(self) -> set[str]:
        if self._held is None:
            self._read_up_to = clock.now()
            rows = Tombstone.unscoped.filter(tenant=self.tenant).values_list("key", flat=True)
            self._held = {str(key) for key in rows[: HELD_IN_MEMORY + 1]}
            self._too_many = len(self._held) > HELD_IN_MEMORY
            if self._too_many:
                self._held = set()
        return self._held

    def _looked_up(self, keys: list[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(keys), KEYS_PER_QUERY):
            rows = Tombstone.unscoped.filter(pk__in=keys[start : start + KEYS_PER_QUERY])
            found.update(str(key) for key in rows.values_list("key", flat=True))
        return found


def bury(
    subject: SubjectRef, identifiers: Mapping[str, Iterable[str]], *, by: Actor, reason: str = ""
) -> int:
    """Destroy a subject's key and leave tombstones for it and its normalised identifiers.

    `identifiers` maps a kind to one normalised text or several. Returns the id of the `erased` mutation.
    Live rows are for the caller to blank.
    """
    with transaction.atomic(), acting(by, source="erasure", reason=reason):
        _destroy_key(subject)
        pairs = {(f"subject:{subject.kind}", subject.source_id)}
        for kind, texts in identifiers.items():
            pairs.update((kind, text) for text in ([texts] if isinstance(texts, str) else texts))
        _lay(subject.tenant, sorted(pairs))
        return record(
            Change(
                tenant=subject.tenant,
                model="audit.subject",
                key=subject.key,
                action="erased",
                subject=subject,
            )
        )


def _destroy_key(subject: SubjectRef) -> None:
    """A subject without a key yet is buried too, so that none is minted for it afterwards."""
    now = clock.now()
    with audited_writing():
        _, created = Subject.unscoped.get_or_create(
            key=subject.key,
            defaults={
                "tenant": subject.tenant,
                "kind": subject.kind,
                "source_id": subject.source_id,
                "key_version": master_version(),
                "created_at": now,
                "erased_at": now,
            },
        )
        if not created:
            Subject.unscoped.filter(key=subject.key).update(wrapped_key=None, erased_at=now)


def _lay(tenant: str, pairs: list[tuple[str, str]]) -> None:
    digests = [digest(kind, text) for kind, text in pairs]
    keys = [_key(tenant, kind, value) for (kind, _), value in zip(pairs, digests, strict=True)]
    rows = {
        "key": pa.array(keys, pa.string()),
        "tenant": tenant,
        "kind": pa.array([kind for kind, _ in pairs], pa.string()),
        "digest": pa.array(digests, pa.binary()),
        "at": str(connection.ops.adapt_datetimefield_value(clock.now())),
    }
    insert(Tombstone, rows, keep=True)


def _key(tenant: str, kind: str, value: bytes) -> str:
    return f"{tenant}:{kind}:{value.hex()}"
