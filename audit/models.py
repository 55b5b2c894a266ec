"""The trail and the keys of the people in it.

Nothing here points at live data and no column but the primary key is unique: the trail never blocks a
write, and its ids are ordered by time, so a month of it can be dropped as one range.
"""

from __future__ import annotations

from django.db import models

from audit.fields import Checksum, KeyText
from audit.locked import LockedModel, LockedRow

ACTIONS = (
    "created",
    "updated",
    "deleted",
    "restored",
    "merged",
    "unmerged",
    "reverted",
    "downloaded",
    "exported",
    "erased",
)


class Mutation(LockedModel):
    """One change of one object, for ever as it was written."""

    id = models.BigIntegerField(primary_key=True, help_text="ordered by time, handed out by the hub")
    at = models.DateTimeField("time")
    tenant = KeyText(max_length=32)
    actor_kind = KeyText(max_length=16)
    actor_id = KeyText("actor", max_length=150)
    source = KeyText(max_length=32)
    run_id = models.BigIntegerField("run", null=True)
    correlation_id = models.BigIntegerField("correlation", null=True)
    cause_id = models.BigIntegerField("cause", null=True, help_text="the mutation that led to this one")
    model = KeyText(max_length=100)
    object_key = KeyText(max_length=200)
    action = KeyText(max_length=16, choices=[(action, action) for action in ACTIONS])
    reason = models.TextField(blank=True)
    diff = models.JSONField(null=True, help_text="operations; personal values encrypted for their subject")
    checksum_before = Checksum(null=True)
    checksum_after = Checksum(null=True)
    subject = KeyText(max_length=200, null=True, help_text="whose personal values the diff holds")
    key_version = models.PositiveSmallIntegerField(help_text="of the digest key behind both checksums")

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The key names its object almost alone, so it leads: the history of an object and the search
            # for a key share this index, and a model's newest changes come in order from the next.
            models.Index(fields=["object_key", "id"], name="mutation_object"),
            models.Index(fields=["model", "id"], name="mutation_model"),
            models.Index(fields=["tenant", "id"], name="mutation_tenant"),
            models.Index(fields=["actor_id", "id"], name="mutation_actor"),
            models.Index(fields=["action", "id"], name="mutation_action"),
            models.Index(fields=["run_id", "id"], name="mutation_run"),
            models.Index(fields=["at"], name="mutation_at"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_key} {self.action}"

    @classmethod
    def check_writable(cls) -> None:
        """Always refuses: mutations come from `audit.record` alone and are never touched again."""
        raise LockedRow("the trail is append-only", hint="add a mutation with audit.record.record(...)")


class Subject(LockedModel):
    """A person as one system knows them, holding the key to their personal values in the trail."""

    key = KeyText(primary_key=True, max_length=200, help_text="tenant:kind:source id")
    tenant = KeyText(max_length=32)
    kind = KeyText(max_length=64)
    source_id = KeyText(max_length=100)
    wrapped_key = models.BinaryField(null=True, help_text="null once destroyed")
    key_version = models.PositiveSmallIntegerField(help_text="of the master key it is wrapped with")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key or ""


class DayKey(models.Model):
    """The key of one day's quarantined rows; deleting it expires them all."""

    day = models.DateField(primary_key=True)
    wrapped_key = models.BinaryField()
    key_version = models.PositiveSmallIntegerField(help_text="of the master key it is wrapped with")

    def __str__(self) -> str:
        return self.day.isoformat()


class Tombstone(LockedModel):
    """A digest of somebody who was erased: whatever carries it is not let in again."""

    key = KeyText(primary_key=True, max_length=150, help_text="tenant:kind:digest in hex")
    tenant = KeyText(max_length=32)
    kind = KeyText(max_length=64, help_text="email, phone, subject:account, ...")
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "at"], name="tombstone_recent")]

    def __str__(self) -> str:
        return self.key or ""
