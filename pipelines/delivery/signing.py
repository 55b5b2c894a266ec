"""Signatures as Standard Webhooks has them: `v1,` and the base 64 of HMAC-SHA256 over id, timestamp and body. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence

from hub.errors import ConfigError

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64  # of a symmetric secret, by the specification
NEW_BYTES = 32


def new_secret() -> str:
    """A fresh secret in the form receivers are given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(NEW_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes behind a secret, with or without its prefix and padding; raises ConfigError for anything else.

    The message never quotes the secret.
    """
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError("the secret is not base 64", hint=f"{PREFIX} and the base 64 of 32 bytes") from None
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ConfigError(
            f"the secret has {len(key)} bytes", hint=f"{LEAST_BYTES} to {MOST_BYTES} random bytes in base 64"
        )
    return key


def signatures(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature a key, separated by blanks, the newest key's first."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join(f"v1,{_signature(key, signed)}" for key in keys)


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
