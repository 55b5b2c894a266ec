"""Rule sets of a brand, in versions: drafts are edited, the active one answers, retired ones stay to be read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from hub.ids import new_id
from hub.tenancy import TenantManager
from pipelines.engine.columns import ExactChar
from pipelines.engine.models import TENANT_LENGTH

RULE_NAME, RULE_VALUE = 100, 64


class RuleSet(models.Model):
    """One version of a brand's rules of one kind."""

    class Kind(models.TextChoices):
        FREETEXT = "freetext", "Freetext classes"
        TEST_DATA = "test_data", "Test data"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    tenant = ExactChar(max_length=TENANT_LENGTH)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.PositiveIntegerField("version", help_text="counted for each brand and kind")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    # Databases disagree about unique indexes with a condition; none counts a null.
    active_slot = ExactChar(
        max_length=TENANT_LENGTH + 17, null=True, unique=True, editable=False, help_text="tenant/kind"
    )
    note = models.TextField(blank=True, help_text="why this version was made")
    based_on = models.PositiveIntegerField(null=True, help_text="the version it was copied from, if any")
    code_fingerprint = models.CharField(
        max_length=64, blank=True, help_text="of the code's rules it was seeded from"
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="of its rules, set when it became active"
    )
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    activated_by = models.CharField(max_length=150, blank=True)
    activated_at = models.DateTimeField(null=True)
    preview = models.JSONField(
        null=True, editable=False, help_text="what activating it would change, as last asked"
    )
    previewed_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["tenant", "kind", "-number"]
        permissions = (("activate_ruleset", "Can activate rule sets"),)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "kind", "number"], name="ruleset_version")
        ]

    def __str__(self) -> str:
        return f"{self.tenant}, {self.get_kind_display().lower()}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class RuleRow(models.Model):
    """A rule as it stands in the table; `name` is unique in its set."""

    rule_set: models.ForeignKey[RuleSet, RuleSet]  # each model has its own, named apart on the set

    id = models.BigIntegerField(primary_key=True, default=new_id)
    tenant = ExactChar(max_length=TENANT_LENGTH)
    name = ExactChar(max_length=RULE_NAME, help_text="short and lasting: answers are explained by it")
    note = models.TextField(blank=True)

    objects = TenantManager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["rule_set", "name"]

    def __str__(self) -> str:
        return str(self.name)


class FreetextRule(RuleRow):
    """If the pattern is found, and `unless` is not, the text has this class."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="freetext_rules")
    taxonomy = models.CharField(max_length=RULE_VALUE)
    value = models.CharField(max_length=RULE_VALUE, help_text="the class it gives")
    pattern = models.TextField(help_text="what is looked for in the words of a text")
    unless = models.TextField(blank=True, help_text="what must not be there")
    language = models.CharField(max_length=8, blank=True, help_text="en, de, fr, nl, es; empty for all")
    history = HistoricalRecords()

    class Meta(RuleRow.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rule_set", "name"], name="freetextrule_name")
        ]


class TestDataRule(RuleRow):
    """One line of what marks an account as a test account."""

    __test__ = False  # pytest would take it for tests

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="test_data_rules")
    layer = models.CharField(max_length=RULE_VALUE, help_text="what the value is")
    value = models.TextField()
    history = HistoricalRecords()

    class Meta(RuleRow.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rule_set", "name"], name="testdatarule_name")
        ]
