"""One keyed digest for everything that is compared without being read: e-mails, phones, source ids, values.

BLAKE2b-256 with the digest key of the named version, over kind and text, so that an e-mail and a name with
the same text never share a digest. Source: RFC 7693 (keyed mode).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

from hub.errors import ConfigError

CURRENT_VERSION = 1
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


def digest(kind: str, normalised: str, version: int = CURRENT_VERSION) -> bytes:
    """32 bytes; the same for equal (kind, text, key version) and nothing else."""
    text = f"{kind}\x1f{normalised}".encode()
    return blake2b(text, digest_size=32, key=_key(version), person=b"identifier").digest()


def value_digest(value: str) -> str:
    """Short hex digest that stands for a personal value in checksums and diffs (128 bits)."""
    return blake2b(value.encode(), digest_size=16, key=_key(CURRENT_VERSION), person=b"value").hexdigest()


def row_digest(content: bytes) -> bytes:
    """16 bytes that tell whole rows apart, whatever personal values they hold."""
    return blake2b(content, digest_size=16, key=_key(CURRENT_VERSION), person=b"row").digest()


def normalise(kind: str, value: str) -> str:
    """The form in which an identifier is compared; '' when nothing is left of it."""
    return _NORMALISERS.get(kind, clean_text)(value)


def clean_text(value: str) -> str:
    """NFKC, without invisible characters and outer blanks."""
    return unicodedata.normalize("NFKC", value).translate(_INVISIBLE).strip()


def normalise_email(value: str) -> str:
    """Case-folded address with its domain in IDNA form; '' when it is not an address."""
    local, at, domain = clean_text(value).lower().rpartition("@")
    domain = domain.rstrip(".")
    if not (local and at and domain):
        return ""
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{local}@{domain}"


def normalise_phone(value: str) -> str:
    """Digits with a leading + where the number is international; national numbers stay as digits."""
    text = clean_text(value)
    digits = re.sub(r"\D", "", text)
    if not text.startswith("+") and not digits.startswith("00"):
        return digits
    number = digits.removeprefix("00")
    return f"+{number}" if number else ""


_NORMALISERS = {"email": normalise_email, "phone": normalise_phone}


@lru_cache(maxsize=8)
def _key(version: int) -> bytes:
    from django.conf import settings

    try:
        return bytes(settings.HUB_DIGEST_KEYS[version])
    except KeyError:
        raise ConfigError(
            f"there is no digest key of version {version}", hint="set HUB_DIGEST_KEY in .env"
        ) from None
