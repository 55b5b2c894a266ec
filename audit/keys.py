"""The keys behind personal values: one per subject, one per day of quarantine, both wrapped by a master key.

What is cached is keyed by the wrapped bytes as just read from the database, so a key that was destroyed,
or whose minting was rolled back, can never come out of the cache.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from audit.insert import insert
from audit.models import DayKey, Subject
from hub import clock
from hub.errors import ConfigError, FatalError

KEY_BYTES = 32
NONCE_BYTES = 12
UNWRAPPED_AT_ONCE = 4096
KEYS_PER_QUERY = 1000


class Undecipherable(FatalError):
    """An encrypted value does not belong where it was found, or was altered."""


@dataclass(frozen=True, kw_only=True)
class SubjectRef:
    """A person as one system knows them. Neither tenant nor kind contains a colon."""

    tenant: str
    kind: str
    source_id: str

    @property
    def key(self) -> str:
        """The subject's primary key, `tenant:kind:source_id`."""
        return f"{self.tenant}:{self.kind}:{self.source_id}"

    @property
    def label(self) -> str:
        """As a mutation names it beside its tenant, `kind:source_id`."""
        return f"{self.kind}:{self.source_id}"

    @classmethod
    def of(cls, tenant: str, label: str) -> SubjectRef:
        kind, _, source_id = label.partition(":")
        return cls(tenant=tenant, kind=kind, source_id=source_id)


def encrypt(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    """Nonce and ciphertext; the context must be given again to decrypt."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def decrypt(cipher: AESGCM, blob: bytes, context: bytes) -> bytes:
    """The plain bytes; raises Undecipherable for another key, another context or altered bytes."""
    try:
        return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise Undecipherable from None


def existing_keys(subjects: Iterable[SubjectRef]) -> dict[str, AESGCM | None]:
    """The ciphers of the subjects that are known, by key; None for the erased."""
    wanted = sorted({subject.key for subject in subjects})
    found: dict[str, AESGCM | None] = {}
    for start in range(0, len(wanted), KEYS_PER_QUERY):
        rows = Subject.unscoped.filter(pk__in=wanted[start : start + KEYS_PER_QUERY])
        for key, wrapped, version in rows.values_list("key", "wrapped_key", "key_version"):
            found[str(key)] = None if wrapped is None else _unwrapped(bytes(wrapped), version, str(key))
    return found


def subject_keys(subjects: Collection[SubjectRef]) -> dict[str, AESGCM | None]:
    """The ciphers of all these subjects; keys are minted for the new ones.

    After minting they are read once more: where another process was faster, its key is the one that counts.
    """
    found = existing_keys(subjects)
    new = {subject.key: subject for subject in subjects if subject.key not in found}
    if new:
        _mint([new[key] for key in sorted(new)])
        found |= existing_keys(new.values())
    return found


def day_key(day: date, *, mint: bool) -> AESGCM | None:
    """The cipher of a day's quarantine; None when the day has none, or none any more."""
    found = DayKey.objects.filter(day=day).values_list("wrapped_key", "key_version").first()
    if found is not None:
        return _unwrapped(bytes(found[0]), found[1], day.isoformat())
    if not mint:
        return None
    row = {
        "day": day.isoformat(),
        "wrapped_key": pa.array([_fresh(day.isoformat())], pa.binary()),
        "key_version": master_version(),
    }
    insert(DayKey, row, keep=True)
    return day_key(day, mint=False)


def master_version() -> int:
    """The version new keys are wrapped with: the newest one configured."""
    return int(max(settings.HUB_MASTER_KEYS))


def _mint(subjects: list[SubjectRef]) -> None:
    rows = {
        "key": pa.array([subject.key for subject in subjects], pa.string()),
        "tenant": pa.array([subject.tenant for subject in subjects], pa.string()),
        "kind": pa.array([subject.kind for subject in subjects], pa.string()),
        "source_id": pa.array([subject.source_id for subject in subjects], pa.string()),
        "wrapped_key": pa.array([_fresh(subject.key) for subject in subjects], pa.binary()),
        "key_version": master_version(),
        "created_at": str(connection.ops.adapt_datetimefield_value(clock.now())),
    }
    insert(Subject, rows, keep=True)


def _fresh(owner: str) -> bytes:
    return encrypt(_master(master_version()), os.urandom(KEY_BYTES), owner.encode())


@lru_cache(maxsize=UNWRAPPED_AT_ONCE)
def _unwrapped(wrapped: bytes, version: int, owner: str) -> AESGCM:
    return AESGCM(decrypt(_master(version), wrapped, owner.encode()))


def _master(version: int) -> AESGCM:
    try:
        return AESGCM(settings.HUB_MASTER_KEYS[version])
    except KeyError:
        raise ConfigError(
            f"there is no master key of version {version}", hint="set HUB_MASTER_KEY in .env"
        ) from None
