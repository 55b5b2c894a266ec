"""The table shape that every imported entity shares, and the spec read off its class body."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from django.db import models

from audit.locked import LockedModel
from pipelines.engine.columns import ChecksumField, Declared, ExactChar, KeyField, SourceId
from pipelines.engine.spec import RowSpec, SubjectRule


class ImportedRow(LockedModel):
    """One row of a lake table, as it last was.

    Beside its declared columns it carries what the engine needs: both checksums, the instant and the
    place in the lake that decide which of two versions is newer, and when it went missing upstream.
    """

    entity: ClassVar[str]
    lake_table: ClassVar[str] = ""
    number_field: ClassVar[str] = ""
    cursor: ClassVar[str] = "updated_date"
    deleted: ClassVar[str | None] = "is_deleted"
    subject: ClassVar[SubjectRule | None] = None
    not_after: ClassVar[tuple[tuple[str, str], ...]] = ()

    key = KeyField()
    tenant = ExactChar(max_length=32)
    lake_id = SourceId()
    raw_checksum = ChecksumField(
        null=True, help_text="of the cells as delivered; null forces a full comparison"
    )
    checksum = ChecksumField(help_text="of the typed row; the same as in its newest mutation")
    cursor_at = models.DateTimeField(
        null=True, help_text="the row's own change time; none where it lies two days behind its load"
    )
    lake_position = models.BigIntegerField(
        help_text="load time in seconds x 2^31 + line: the later wins a tie"
    )
    missing_since = models.DateTimeField(null=True, blank=True, help_text="absent upstream since")
    batch_id = models.BigIntegerField(help_text="the batch that last wrote the row")
    extra = models.JSONField(null=True, blank=True, help_text="columns the source has and we do not know")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.key)


@cache
def spec_of(model: type[ImportedRow]) -> RowSpec:
    """The spec of an entity: its declared fields in the order of the class body."""
    declared = [field for field in model._meta.local_fields if isinstance(field, Declared)]
    return RowSpec(
        entity=model.entity,
        columns=tuple(field.spec for field in sorted(declared, key=lambda field: field.creation_counter)),
        cursor=model.cursor,
        deleted=model.deleted,
        subject=model.subject,
        not_after=model.not_after,
    )


META_FIELDS = (
    "key",
    "tenant",
    "lake_id",
    "raw_checksum",
    "checksum",
    "cursor_at",
    "lake_position",
    "missing_since",
    "batch_id",
    "extra",
)
