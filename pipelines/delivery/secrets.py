"""Signing secrets: stored under the master key, two at a time while one takes the other's place."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import Q

from audit.keys import decrypt, encrypt, master_version
from hub import clock
from hub.errors import ConfigError
from pipelines.delivery.models import Target, TargetSecret
from pipelines.delivery.signing import key_of

OVERLAP = timedelta(hours=24)


def keep_secret(target: Target, secret: str, *, overlap: timedelta = OVERLAP) -> TargetSecret:
    """Make this the secret of a target; the one before stays valid for `overlap`, older ones end at once."""
    key_of(secret)
    now, version = clock.now(), master_version()
    for place, old in enumerate(_valid(target)):
        old.valid_until = now + overlap if place == 0 else now
        old.save(update_fields=["valid_until"])
    TargetSecret.objects.filter(target=target, valid_until__lte=now).delete()
    entry = TargetSecret(target=target, key_version=version, created_at=now)
    entry.sealed = encrypt(_cipher(version), secret.encode(), _context(entry))
    entry.save()
    return entry


def opened_secrets(target: Target) -> list[str]:
    """The secrets that are valid now, the newest first."""
    return [
        decrypt(_cipher(entry.key_version), bytes(entry.sealed), _context(entry)).decode()
        for entry in _valid(target)
    ]


def _valid(target: Target) -> list[TargetSecret]:
    now = clock.now()
    lasting = Q(valid_until=None) | Q(valid_until__gt=now)
    return list(TargetSecret.objects.filter(lasting, target=target).order_by("-id"))


def _context(entry: TargetSecret) -> bytes:
    """A secret opens only on its own row, for its own target."""
    return f"delivery.secret:{entry.target_id}:{entry.pk}".encode()


def _cipher(version: int) -> AESGCM:
    try:
        return AESGCM(settings.HUB_MASTER_KEYS[version])
    except KeyError:
        raise ConfigError(
            f"there is no master key of version {version}", hint="set HUB_MASTER_KEY in .env"
        ) from None
