"""The one door for personal values: encrypted for their subject, comparable by a keyed digest.

A protected value is `{"c": ciphertext, "d": digest, "v": digest key version}`; an erased subject gets no new
ciphertext. Every other place that must not hold clear text (checksums, quarantine) is served from here too.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.keys import SubjectRef, day_key, decrypt, encrypt, existing_keys, subject_keys
from hub.canonical import canonical_json, checksum_of, typed_checksum
from hub.errors import FatalError
from hub.identifiers import CURRENT_VERSION, value_digest

Protected = dict[str, Any]
Context = tuple[str, str, str]  # model, object key, path inside the document

_SEPARATOR = "\x1f"  # keys and paths hold no control characters, so no two contexts read the same
_JSON_MARK = "\x00"
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


class KeyDestroyed(FatalError):
    """The key of this value was destroyed: its subject was erased, or its day has expired."""


class Vault:
    """The keys one batch needs, fetched together: one read, and where some are new an insert and a read."""

    def __init__(self) -> None:
        self._ciphers: dict[str, AESGCM | None] = {}

    def load(self, subjects: Iterable[SubjectRef]) -> None:
        """Have the keys of these subjects at hand, minting what is missing."""
        missing = {subject for subject in subjects if subject.key not in self._ciphers}
        if missing:
            self._ciphers |= subject_keys(missing)

    def protect(self, value: str, *, subject: SubjectRef, context: Context) -> Protected:
        """The protected form of a value of a loaded subject."""
        cipher = self._ciphers[subject.key]
        protected: Protected = {"d": value_digest(value), "v": CURRENT_VERSION}
        if cipher is not None:
            blob = encrypt(cipher, value.encode(), _associated(context))
            protected["c"] = b64encode(blob).decode()
        return protected


def protect(value: str, *, tenant: str, subject_key: str, context: Context) -> Protected:
    """One protected value; `subject_key` is `kind:source_id` as in Mutation.subject."""
    subject = SubjectRef.of(tenant, subject_key)
    vault = Vault()
    vault.load([subject])
    return vault.protect(value, subject=subject, context=context)


def reveal(protected: Protected, *, tenant: str, subject_key: str, context: Context) -> str:
    """The clear text again; raises KeyDestroyed for an erased subject. The caller records the reading."""
    subject = SubjectRef.of(tenant, subject_key)
    cipher = existing_keys([subject]).get(subject.key)
    if cipher is None or "c" not in protected:
        raise KeyDestroyed
    return decrypt(cipher, b64decode(protected["c"]), _associated(context)).decode()


def is_protected(value: Any) -> bool:
    """Whether a value in a diff is a protected one."""
    return isinstance(value, dict) and value.keys() <= {"c", "d", "v"} and value.keys() >= {"d", "v"}


def text_of(value: Any) -> str:
    """A leaf as text, two different values never as the same: strings stay, the rest becomes marked JSON."""
    if isinstance(value, str) and not value.startswith(_JSON_MARK):
        return value
    return _JSON_MARK + orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def value_of(text: str) -> Any:
    """The leaf that `text_of` was given."""
    return orjson.loads(text[1:]) if text.startswith(_JSON_MARK) else text


def holds_address(value: Any) -> bool:
    """Whether a text holds an e-mail address: such a value is a person's in whatever column it stands."""
    return isinstance(value, str) and "@" in value and _ADDRESS.search(value) is not None


def masked(document: Mapping[str, Any], personal: Set[str]) -> dict[str, Any]:
    """The document with every personal value replaced by its digest; a personal mapping keeps its names."""
    return {
        name: _digested(value) if name in personal or holds_address(value) else value
        for name, value in document.items()
    }


def checksum(document: Mapping[str, Any], personal: Set[str]) -> bytes:
    """The checksum of rows and mutations: it tells that a value changed and never confirms a guess at it."""
    if personal.isdisjoint(document) and b"@" not in (text := canonical_json(document)):
        return checksum_of(text)  # as in most rows: nothing is to be masked
    return typed_checksum(masked(document, personal))


def masked_json(value: Any) -> str:
    """The canonical JSON of a personal value as it stands in a masked document."""
    return canonical_json(_digested(value)).decode()


def seal_rows(day: date, plain: Iterable[bytes]) -> list[bytes]:
    """Rows encrypted under the key of a day, which is made when it is first needed."""
    cipher = day_key(day, mint=True)
    if cipher is None:
        raise KeyDestroyed
    context = day.isoformat().encode()
    return [encrypt(cipher, row, context) for row in plain]


def seal_row(day: date, plain: bytes) -> bytes:
    """One row encrypted under the key of a day."""
    return seal_rows(day, [plain])[0]


def open_row(day: date, blob: bytes) -> bytes:
    """The row again; raises KeyDestroyed when the day has expired."""
    cipher = day_key(day, mint=False)
    if cipher is None:
        raise KeyDestroyed
    return decrypt(cipher, blob, day.isoformat().encode())


def _digested(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict):
        return {name: _digested(item) for name, item in value.items()}
    return {"d": value_digest(text_of(value))}


def _associated(context: Context) -> bytes:
    return _SEPARATOR.join(context).encode()
