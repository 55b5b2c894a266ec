"""What assembly keeps: one document per order, and what every refund and credit memo was found to belong to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from audit.locked import LockedModel
from pipelines.engine.columns import Amount, ChecksumField, ExactChar, KeyField
from pipelines.engine.spec import MAX_TEXT

REFERENCE_LENGTH, PART_KEY_LENGTH = 64, 180


class Order(LockedModel):
    """The document of one subscription chain as its receivers have it, and what stands beside it."""

    class Status(models.TextChoices):
        LIVE = "live", "Live"
        WITHDRAWN = "withdrawn", "Withdrawn"
        HELD = "held", "Held back"
        INVALID = "invalid", "Invalid"

    key = KeyField(help_text="tenant:id of the chain's first version")
    tenant = ExactChar(max_length=32)
    number = ExactChar(max_length=MAX_TEXT, db_index=True, help_text="A-S number")
    account_id = ExactChar(max_length=REFERENCE_LENGTH, null=True, db_index=True, help_text="current owner")
    status = models.CharField(max_length=16, choices=Status.choices)
    why = models.CharField(max_length=32, blank=True, help_text="why it is not live")
    state = models.CharField(max_length=16, blank=True)
    subscription_class = models.CharField("class", max_length=32, blank=True)
    funnel_step = models.CharField(max_length=32, blank=True)
    refunds = models.IntegerField(default=0, help_text="refunds and credit notes in it")
    anomalies = models.IntegerField(default=0, help_text="oddities listed in it")
    next_due_on = models.DateField(null=True, help_text="the day it changes by itself")
    version = models.IntegerField(help_text="how often its body has changed")
    body = models.TextField(help_text="canonical JSON: order/1, or a tombstone")
    fingerprint = ChecksumField(help_text="xxh3 of the body, in clear: what its receivers compare")
    checksum = ChecksumField(help_text="of the body with personal values masked: as in its newest mutation")
    batches = models.JSONField(default=list, help_text="the imported batches its rows came with")
    business_date = models.DateField(help_text="the day it was assembled for")
    assembled_at = models.DateTimeField()
    run_id = models.BigIntegerField(db_index=True)
    problem = models.TextField(blank=True, help_text="why its newest document could not be stored")

    class Meta(LockedModel.Meta):
        ordering: ClassVar[list[str]] = ["key"]
        permissions = (("view_order_body", "Can read order documents with their personal values"),)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "next_due_on"], name="order_due"),
            # A filter of the list each: its first page comes in the order of the index.
            models.Index(fields=["tenant", "key"], name="order_tenant"),
            models.Index(fields=["status", "key"], name="order_status"),
            models.Index(fields=["state", "key"], name="order_state"),
            models.Index(fields=["subscription_class", "key"], name="order_class"),
            models.Index(fields=["refunds", "key"], name="order_refunds"),
            models.Index(fields=["anomalies", "key"], name="order_anomalies"),
        ]

    def __str__(self) -> str:
        return str(self.number or self.key)


class Allocation(LockedModel):
    """What became of one refund, or of the credit of one memo: how much of it belongs to which invoice."""

    class Source(models.TextChoices):
        REFUND = "refund", "Refund"
        CREDIT_MEMO = "credit_memo", "Credit memo"

    key = KeyField(help_text="tenant:source:id")
    tenant = ExactChar(max_length=32)
    source = models.CharField(max_length=16, choices=Source.choices)
    source_id = ExactChar(max_length=REFERENCE_LENGTH, db_index=True)
    outcome = models.CharField(max_length=16)
    kind = models.CharField(max_length=32)
    cash = models.BooleanField(help_text="money went out")
    currency = models.CharField(max_length=3, blank=True)
    unallocated = Amount(null=False)
    flags = models.JSONField(default=list)
    mirrored = models.JSONField(default=dict, help_text="by invoice: what only corrects a balance")
    checksum = ChecksumField(help_text="of outcome, parts and flags; the same as in its newest mutation")
    run_id = models.BigIntegerField()

    class Meta(LockedModel.Meta):
        ordering: ClassVar[list[str]] = ["key"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["outcome", "key"], name="allocation_outcome"),
            models.Index(fields=["kind", "key"], name="allocation_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(unallocated__gte=0), name="allocation_unallocated"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class AllocatedPart(LockedModel):
    """The part of a refund or memo that one invoice got: its key holds both, so none is there twice."""

    key = ExactChar(
        primary_key=True, max_length=PART_KEY_LENGTH, help_text="key of the allocation : invoice id"
    )
    tenant = ExactChar(max_length=32)
    allocation = ExactChar(max_length=100, db_index=True)
    invoice_id = ExactChar(max_length=REFERENCE_LENGTH, db_index=True)
    amount = Amount(null=False)

    class Meta(LockedModel.Meta):
        ordering: ClassVar[list[str]] = ["key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="part_amount"),
        ]

    def __str__(self) -> str:
        return str(self.key)
