"""What the hub adds to imported rows: classes, money in minor units, countries, and who is a test account.

A record has the key of its row and stays when that goes: `gone` follows it. Its checksum covers everything that
is said of the row, not by which version of the rules.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from audit.locked import LockedModel
from hub.tenancy import TenantManager
from pipelines.engine.columns import REFERENCE_LENGTH, ChecksumField, ExactChar, KeyField
from pipelines.engine.models import TENANT_LENGTH

CLASS_LENGTH, RULE_LENGTH = 32, 100


class EnrichedRow(LockedModel):
    """The shape that all enriched records share."""

    of_entity: ClassVar[str]  # whose rows these records belong to

    key = KeyField()
    tenant = ExactChar(max_length=TENANT_LENGTH)
    checksum = ChecksumField(help_text="of what is said here; the same as in its newest mutation")
    batch_id = models.BigIntegerField("batch", help_text="of the run that last wrote it")
    gone = models.BooleanField(default=False, help_text="its row is deleted or missing upstream")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.key)


class Classified(EnrichedRow):
    """A record with its place in the funnel and its class, and the rules that gave them."""

    funnel_step = ExactChar(max_length=CLASS_LENGTH, null=True)
    funnel_step_rule = ExactChar(max_length=RULE_LENGTH, null=True)
    subscription_class = ExactChar(max_length=CLASS_LENGTH, null=True)
    subscription_class_rule = ExactChar(max_length=RULE_LENGTH, null=True)

    class Meta(EnrichedRow.Meta):
        abstract = True


class Charged(Classified):
    """The same with what is charged: by its category, and whether it is a credit."""

    charge_category = ExactChar(max_length=CLASS_LENGTH, null=True)
    charge_category_rule = ExactChar(max_length=RULE_LENGTH, null=True)
    credit = models.BooleanField(default=False, help_text="goodwill or another credit")

    class Meta(Classified.Meta):
        abstract = True


class EnrichedRatePlan(Charged):
    """A plan as sold, with its classes; `removed` where its subscription no longer has it."""

    of_entity = "rate_plan"

    subscription_id = ExactChar(max_length=REFERENCE_LENGTH, null=True, db_index=True)
    removed = models.BooleanField(default=False)

    class Meta(Charged.Meta):
        verbose_name = "enriched plan"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subscription_class", "key"], name="enrichedplan_class")
        ]


class EnrichedCharge(Charged):
    """A charge as sold, with its classes and its price."""

    of_entity = "rate_plan_charge"

    rate_plan_id = ExactChar(max_length=REFERENCE_LENGTH, null=True, db_index=True)
    currency = ExactChar(max_length=3, null=True, help_text="ISO 4217")
    price_minor = models.BigIntegerField(null=True, help_text="in minor units; null for a percentage")
    mrr_minor = models.BigIntegerField(null=True, help_text="in minor units")

    class Meta(Charged.Meta):
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["charge_category", "key"], name="enrichedcharge_category")
        ]


class EnrichedItem(Charged):
    """A line of an invoice, with its classes and its amounts."""

    of_entity = "invoice_item"

    invoice_id = ExactChar(max_length=REFERENCE_LENGTH, null=True, db_index=True)
    currency = ExactChar(max_length=3, null=True, help_text="ISO 4217")
    amount_minor = models.BigIntegerField(null=True, help_text="in minor units, without tax")
    tax_minor = models.BigIntegerField(null=True, help_text="in minor units")

    class Meta(Charged.Meta):
        verbose_name = "enriched invoice item"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["charge_category", "key"], name="enricheditem_category")
        ]


class EnrichedSubscription(Classified):
    """A version of a subscription, with the classes of its plans and the verdict on its account."""

    of_entity = "subscription"

    account_id = ExactChar(max_length=REFERENCE_LENGTH, null=True, db_index=True)
    currency = ExactChar(max_length=3, null=True, help_text="ISO 4217")
    country = ExactChar(max_length=2, null=True, help_text="ISO 3166, of whom it is delivered to")
    left_out = models.BooleanField(
        default=False, help_text="its account is a test account, so nobody hears of it"
    )


class TestVerdict(EnrichedRow):
    """Whether an account is a test account. Decided here once, inherited by all that belongs to it."""

    __test__ = False  # pytest would take it for tests
    of_entity = "account"

    is_test = models.BooleanField(default=False)
    confidence = ExactChar(max_length=16)
    left_out = models.BooleanField(default=False, help_text="certainly or likely test data")
    reason = ExactChar(max_length=64, null=True, help_text="the first of its reasons")
    reasons = models.JSONField(default=list)
    rules_version = models.PositiveIntegerField(
        default=0, help_text="of the rules that gave it; 0 for the code's own"
    )
    rules_fingerprint = models.CharField(max_length=64, blank=True)

    class Meta(EnrichedRow.Meta):
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["is_test", "confidence", "key"], name="testverdict_confidence"),
            models.Index(fields=["reason", "key"], name="testverdict_reason"),
            models.Index(fields=["left_out", "key"], name="testverdict_left_out"),
        ]


class EnrichPass(models.Model):
    """By which rules and code all rows of a brand were last looked at, and how far the pass under way has come."""

    name = ExactChar(primary_key=True, max_length=100, help_text="tenant/model")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    done_by = models.CharField(max_length=64, blank=True, help_text="fingerprint of the last whole pass")
    done_at = models.DateTimeField(null=True)
    under_way = models.CharField(max_length=64, blank=True, help_text="fingerprint of the pass under way")
    reached = ExactChar(max_length=100, blank=True, help_text="the last key of the pass under way")

    objects = TenantManager()

    def __str__(self) -> str:
        return str(self.name)


class ClassCount(models.Model):
    """How many records of a brand have a value in a field: the coverage, kept up in each chunk's transaction.

    Exempt from the trail: every number can be counted again from the records, whose own changes are recorded.
    """

    name = ExactChar(primary_key=True, max_length=200, help_text="tenant/model/field/value")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    model = models.CharField(max_length=64)
    field = models.CharField(max_length=32)
    value = ExactChar(max_length=CLASS_LENGTH, blank=True, help_text="empty for unclassified")
    rows = models.BigIntegerField(default=0)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.rows}"
