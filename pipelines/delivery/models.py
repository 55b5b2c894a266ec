"""What delivery remembers: who receives, what is to be sent, how far each of it has come, and the receipts.

Rows refer to one another without constraints of the database: a foreign key would let an open assembly hold up
everybody who edits or claims a target.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from audit.fields import Checksum, KeyText
from hub.ids import new_id
from hub.tenancy import TenantManager

TENANT_LENGTH, NAME_LENGTH, KEY_LENGTH, EVENT_LENGTH = 32, 64, 200, 64
DETAIL_LENGTH = 300
NAME = RegexValidator(r"^[a-z][a-z0-9_-]{1,63}\Z", "lower-case letters, digits, - and _, from a letter on")
TOPIC = RegexValidator(r"^[a-z][a-z0-9_]{0,63}\Z", "lower-case letters, digits and _, from a letter on")


class TargetQuerySet(models.QuerySet["Target"]):
    def receiving(self, tenant: str, topic: str) -> TargetQuerySet:
        """The targets of a topic of a tenant, paused ones too: what they missed waits for them."""
        return self.filter(Q(tenant=tenant) | Q(tenant=""), topic=topic)

    def running(self) -> TargetQuerySet:
        return self.filter(paused=False)


class Target(models.Model):
    """Somebody who receives the documents of a topic, and how."""

    class Kind(models.TextChoices):
        HTTPS = "https", "HTTPS endpoint"
        FOLDER = "folder", "Folder"
        S3 = "s3", "S3"

    class Format(models.TextChoices):
        SINGLE = "single", "One document a request (JSON)"
        BATCH = "batch", "Many documents a request (NDJSON)"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    name = KeyText(
        max_length=NAME_LENGTH,
        unique=True,
        validators=[NAME],
        help_text="short and final: files are named after it",
    )
    tenant = KeyText(
        "brand", max_length=TENANT_LENGTH, blank=True, default="", help_text="whose documents; final"
    )
    topic = KeyText(
        max_length=NAME_LENGTH,
        default="order",
        validators=[TOPIC],
        help_text="which documents, such as order; final",
    )
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.HTTPS)
    address = models.CharField(
        max_length=500, help_text="https://host/path, a folder's name, or s3://bucket/prefix"
    )
    format = models.CharField(
        max_length=16, choices=Format.choices, default=Format.SINGLE, help_text="files always hold many"
    )
    max_batch = models.PositiveIntegerField(
        "documents at most",
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="in a request or file that holds many",
    )
    connect_seconds = models.PositiveSmallIntegerField(
        "seconds to connect",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="for a connection to stand",
    )
    answer_seconds = models.PositiveSmallIntegerField(
        "seconds to answer",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="for all of a request, its answer included",
    )
    max_attempts = models.PositiveSmallIntegerField(
        "attempts at most",
        default=25,
        validators=[MinValueValidator(1)],
        help_text="then a document becomes a dead letter",
    )
    max_age_hours = models.PositiveSmallIntegerField(
        "hours at most",
        default=72,
        validators=[MinValueValidator(1)],
        help_text="from the first attempt; then the same",
    )
    allow_private = models.BooleanField(
        "private address",
        default=False,
        help_text="may lie in a private network; takes HUB_DELIVERY_ALLOW_PRIVATE too",
    )
    paused = models.BooleanField(default=False)
    paused_because = models.CharField(max_length=DETAIL_LENGTH, blank=True)
    history = HistoricalRecords()

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        permissions = [("reveal_target", "Can read the secrets of targets")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def writes_files(self) -> bool:
        return self.kind != self.Kind.HTTPS

    @property
    def batched(self) -> bool:
        return self.writes_files or self.format == self.Format.BATCH


class TargetSecret(models.Model):
    """A signing secret, encrypted; two of one target are valid while it is changed for another."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    target = models.ForeignKey(Target, models.CASCADE, related_name="secrets", db_constraint=False)
    sealed = models.BinaryField()
    key_version = models.PositiveSmallIntegerField(help_text="of the master key it is encrypted with")
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, help_text="null: until another takes its place")

    def __str__(self) -> str:
        return f"secret {self.pk}"


class Circuit(models.Model):
    """How a target does: shared by all who deliver to it, apart from what people edit."""

    target = models.OneToOneField(Target, models.CASCADE, primary_key=True, db_constraint=False)
    failures = models.PositiveIntegerField(default=0, help_text="of the target in a row")
    openings = models.PositiveIntegerField(default=0, help_text="since it last answered well")
    closed_until = models.DateTimeField(null=True, help_text="nothing is sent before")
    reason = models.CharField(max_length=DETAIL_LENGTH, blank=True)
    last_good_at = models.DateTimeField(null=True)
    files = models.BigIntegerField(default=0, help_text="number of the last file")

    def __str__(self) -> str:
        return f"circuit {self.pk}"


class OutboxMessage(models.Model):
    """One version of one document."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    tenant = KeyText(max_length=TENANT_LENGTH)
    topic = KeyText(max_length=NAME_LENGTH)
    event = KeyText(max_length=EVENT_LENGTH)
    key = KeyText(max_length=KEY_LENGTH, help_text="of the document, its tenant in front")
    version = models.BigIntegerField()
    body = models.TextField(null=True, help_text="canonical JSON; null once it was pruned")
    checksum = Checksum()
    created_at = models.DateTimeField()
    pruned_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["topic", "key", "version"], name="outbox_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["pruned_at", "created_at"], name="outbox_prune")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Delivery(models.Model):
    """One message for one target: sent until it is received, or given up with the reason.

    `due_at` is when somebody may next take it; it is null exactly when it is settled.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENDING = "sending", "Sending"
        WAITING = "waiting", "Waiting to be sent again"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Dead letter"
        SUPERSEDED = "superseded", "Overtaken by a newer version"
        DISMISSED = "dismissed", "Dismissed"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    target = models.ForeignKey(
        Target, models.PROTECT, related_name="deliveries", db_constraint=False, db_index=False
    )
    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="deliveries", db_constraint=False)
    tenant = KeyText(max_length=TENANT_LENGTH)
    key = KeyText(max_length=KEY_LENGTH)
    version = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    due_at = models.DateTimeField(null=True)
    claim = models.BigIntegerField(null=True, help_text="of whoever sends it now")
    alone = models.BooleanField(default=False, help_text="sent by itself: a batch with it was refused")
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    last_error = models.CharField(max_length=DETAIL_LENGTH, blank=True)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "deliveries"
        permissions = [("reveal_delivery", "Can read the documents sent")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["target", "key", "version"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True, state__in=("delivered", "dead", "superseded", "dismissed"))
                | Q(due_at__isnull=False, state__in=("pending", "sending", "waiting")),
                name="delivery_due_while_open",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["target", "due_at", "id"], name="delivery_due"),
            models.Index(fields=["target", "state", "id"], name="delivery_target_state"),
            models.Index(fields=["state", "id"], name="delivery_in_state"),
            models.Index(fields=["tenant", "id"], name="delivery_of_tenant"),
            models.Index(fields=["target", "id"], name="delivery_of_target"),
            models.Index(fields=["key", "id"], name="delivery_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.version}"


class Attempt(models.Model):
    """The receipt of one try: what came back, without a word of what was sent."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries", db_constraint=False)
    tenant = KeyText(max_length=TENANT_LENGTH)
    at = models.DateTimeField()
    seconds = models.FloatField()
    status = models.PositiveSmallIntegerField(null=True, help_text="of the HTTP answer")
    outcome = models.CharField(max_length=32, help_text="delivered, or the class of the error")
    request = models.CharField(max_length=100, blank=True, help_text="id of the request, or name of the file")
    sent_bytes = models.BigIntegerField(default=0)
    answer_bytes = models.BigIntegerField(default=0)
    detail = models.CharField(max_length=DETAIL_LENGTH, blank=True)
    excerpt = models.CharField(
        max_length=200, blank=True, help_text="start of the answer, where that is safe"
    )

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M:%S}"
