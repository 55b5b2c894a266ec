"""Columns the trail is made of: text compared byte for byte, and checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Char = models.CharField[str | None, str | None]
    _Bytes = models.Field[bytes | None, bytes | None]
else:
    _Char, _Bytes = models.CharField, models.Field


class KeyText(_Char):
    """A short key. MySQL's usual collations take `sub_A` for `sub_a`; SQLite compares bytes anyway."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "mysql":
            return f"varchar({self.max_length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        return f"varchar({self.max_length})"


class Checksum(_Bytes):
    """16 bytes."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "binary(16)" if connection.vendor == "mysql" else "blob"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)
