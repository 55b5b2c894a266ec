"""What the engine remembers: tenants, runs, batches, watermarks, files, quarantine, repairs, leases, the feed."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from hub.ids import new_id
from hub.tenancy import TenantManager
from pipelines.engine.columns import ChecksumField, ExactChar

TENANT_LENGTH, NAME_LENGTH, PATH_LENGTH = 32, 64, 255
NAMES_LENGTH = 255  # of several columns


class Tenant(models.Model):
    """A brand (later also a partner): whose rows a row belongs to."""

    class Kind(models.TextChoices):
        BRAND = "brand", "Brand"
        PARTNER = "partner", "Partner"

    code = models.CharField(
        primary_key=True,
        max_length=TENANT_LENGTH,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]{1,31}$", "lower-case letters, digits and _, from a letter on")
        ],
        help_text="short and final: it is part of every key",
    )
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.BRAND)
    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3, help_text="ISO 4217, for totals")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="business dates are dates here")
    active = models.BooleanField(default=True, help_text="inactive tenants are left out of every job")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Run(models.Model):
    """One start of a job: who, when, with what, and how it ended."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        QUARANTINED = "quarantined", "Done, many quarantined"
        FAILED = "failed", "Failed"
        INTERRUPTED = "interrupted", "Interrupted"
        LOCKED = "locked", "Locked"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    job = models.CharField(max_length=NAME_LENGTH)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    business_date = models.DateField()
    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    error = models.TextField(blank=True)
    hint = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M}"


class Batch(models.Model):
    """One committed chunk of one entity: its counts add up, or it was not committed."""

    id = models.BigIntegerField(primary_key=True)
    run_id = models.BigIntegerField(db_index=True)
    tenant = ExactChar(max_length=TENANT_LENGTH)
    source = models.CharField(max_length=NAME_LENGTH)
    entity = models.CharField(max_length=NAME_LENGTH)
    file = models.CharField(max_length=PATH_LENGTH, blank=True)
    first_line = models.BigIntegerField(null=True)
    committed_at = models.DateTimeField()
    read = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0, help_text="header lines, trailers, rows of erased persons")
    joined = models.IntegerField(default=0, help_text="lines glued to another line")
    split = models.IntegerField(default=0, help_text="rows cut out of another row's line")
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    stale = models.IntegerField(default=0, help_text="older than what is stored")
    duplicate = models.IntegerField(
        default=0, help_text="a newer row of the same key stands in the same chunk"
    )
    quarantined = models.IntegerField(default=0)
    repaired = models.IntegerField(default=0)
    deleted = models.IntegerField(default=0, help_text="of the created and updated: now flagged as deleted")
    same_time = models.IntegerField(default=0, help_text="changed without a newer change time")
    late = models.IntegerField(default=0, help_text="accepted, with a change time before the watermark")
    latest_lateness = models.FloatField(default=0, help_text="seconds by which the latest row was late")
    ahead = models.IntegerField(default=0, help_text="rows that say they changed in the future")
    test = models.IntegerField(default=0, help_text="rows judged test data")
    bytes = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    watermark_before = models.DateTimeField(null=True)
    watermark_after = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "batches"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "entity", "id"], name="batch_tenant_entity"),
            models.Index(fields=["entity", "id"], name="batch_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant}/{self.entity} {self.id}"


class Watermark(models.Model):
    """How far an entity of a source was imported: the greatest change time among accepted rows."""

    name = ExactChar(primary_key=True, max_length=200, help_text="tenant/source/entity")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    source = models.CharField(max_length=NAME_LENGTH)
    entity = models.CharField(max_length=NAME_LENGTH)
    cursor = models.CharField(max_length=NAME_LENGTH, help_text="the column it is taken from")
    value = models.DateTimeField(null=True)
    run_id = models.BigIntegerField(null=True)
    token = models.BigIntegerField(default=0, help_text="fencing token of the writer")
    updated_at = models.DateTimeField()
    state = models.JSONField(default=dict, blank=True)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return str(self.name)


class LakeFile(models.Model):
    """A file of the lake and how much of it is committed."""

    class Status(models.TextChoices):
        PARTIAL = "partial", "Partly read"
        DONE = "done", "Done"
        DRIFTED = "drifted", "Held: its columns changed"
        GONE = "gone", "Left the lake before it was read"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    feed = ExactChar(max_length=200, help_text="tenant/source/entity")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    entity = models.CharField(max_length=NAME_LENGTH)
    path = models.CharField(max_length=PATH_LENGTH)
    size = models.BigIntegerField()
    modified_ns = models.BigIntegerField()
    loaded_at = models.DateTimeField()
    next_line = models.BigIntegerField(default=0)
    rewritten = models.BooleanField(
        default=False, help_text="its path held other content before; until it is done"
    )
    status = models.CharField(max_length=16, choices=Status.choices)
    reason = models.TextField(blank=True)
    run_id = models.BigIntegerField()

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["feed", "path"], name="lakefile_feed"),
            # A filter of the list each: its first page comes in the order of the index.
            models.Index(fields=["tenant", "id"], name="lakefile_tenant"),
            models.Index(fields=["entity", "id"], name="lakefile_entity"),
            models.Index(fields=["status", "id"], name="lakefile_status"),
        ]

    def __str__(self) -> str:
        return str(self.path)


class LakeQuery(models.Model):
    """A query that a run asked of the lake: written down before it is sent, so that none is left running."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    run_id = models.BigIntegerField(db_index=True)
    token = ExactChar(max_length=64, unique=True, help_text="the same token never runs twice")
    query_id = models.CharField(max_length=64, blank=True, help_text="'' until the lake has answered")
    statement = models.TextField(help_text="holds names and paths, no row's content")
    state = models.CharField(max_length=16, blank=True, help_text="'' while it may still run")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_index=True)
    bytes_scanned = models.BigIntegerField(default=0)
    price = models.DecimalField(max_digits=12, decimal_places=6, default=0, help_text="US dollars, estimated")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "lake queries"

    def __str__(self) -> str:
        return str(self.query_id or self.token)


class QuarantineEntry(models.Model):
    """A row that could not be used: verbatim and encrypted, with the reason, until it is replayed or clean."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        REPLAYED = "replayed", "Replayed"
        SUPERSEDED = "superseded", "A clean row came later"
        DISMISSED = "dismissed", "Dismissed"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    fingerprint = ChecksumField(unique=True, help_text="of feed and raw cells: the same row is kept once")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    source = models.CharField(max_length=NAME_LENGTH)
    entity = models.CharField(max_length=NAME_LENGTH)
    row_key = ExactChar(max_length=100, blank=True, help_text="where the id cell could be read")
    file = models.CharField(max_length=PATH_LENGTH)
    line = models.BigIntegerField()
    position = models.BigIntegerField()
    code = models.CharField(max_length=32, help_text="stable reason code")
    columns = models.CharField(
        max_length=NAMES_LENGTH, blank=True, help_text="columns that could not be read"
    )
    tried = models.JSONField(default=dict, blank=True)
    sealed = models.BinaryField(help_text="the raw cells under the key of the day")
    sealed_on = models.DateField()
    expires_on = models.DateField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    first_run_id = models.BigIntegerField()
    last_run_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name = "quarantined row"
        permissions = (("reveal_quarantine", "Can read quarantined and repaired rows"),)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "entity", "status"], name="quarantine_open"),
            models.Index(fields=["row_key"], name="quarantine_row_key"),
            # What the front page links to, and a filter of the list each.
            models.Index(fields=["code", "status", "id"], name="quarantine_code"),
            models.Index(fields=["status", "id"], name="quarantine_status"),
            models.Index(fields=["entity", "id"], name="quarantine_entity"),
            # The work list steps from group to group in this order, and counts a group up to a cap.
            models.Index(
                fields=["status", "tenant", "entity", "code", "columns", "file", "id"],
                name="quarantine_groups",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant}/{self.entity} {self.code}"


class QuarantineGroup(QuarantineEntry):
    """Open entries that are alike: the same brand, entity, code, columns and file. What a person works through."""

    class Meta:
        proxy = True
        verbose_name = "quarantine work list"
        verbose_name_plural = "quarantine work list"
        default_permissions = ()


class Repair(models.Model):
    """A row that was mended: where it stood, what was done, and its cells before and after (encrypted)."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    batch_id = models.BigIntegerField(db_index=True)
    tenant = ExactChar(max_length=TENANT_LENGTH)
    entity = models.CharField(max_length=NAME_LENGTH)
    row_key = ExactChar(max_length=100, db_index=True)
    file = models.CharField(max_length=PATH_LENGTH)
    line = models.BigIntegerField()
    rule = models.CharField(max_length=32)
    column = models.CharField(max_length=NAMES_LENGTH, blank=True)
    shift = models.IntegerField()
    price = models.FloatField(default=0, help_text="what the reading that was taken costs")
    runner_up = models.FloatField(null=True, help_text="what the next one costs that gives another row")
    version = models.PositiveSmallIntegerField(default=1, help_text="of the repair's rules")
    sealed = models.BinaryField(help_text="cells before and after under the key of the day")
    sealed_on = models.DateField()

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "entity", "id"], name="repair_tenant_entity"),
            models.Index(fields=["tenant", "id"], name="repair_tenant"),
            models.Index(fields=["entity", "id"], name="repair_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.row_key} {self.rule}"


class Lease(models.Model):
    """Who may write an entity now. The token grows with every holder; a stalled one is fenced out by it."""

    name = ExactChar(primary_key=True, max_length=200)
    token = models.BigIntegerField(default=0)
    run_id = models.BigIntegerField(null=True)
    holder = models.CharField(max_length=128, blank=True, help_text="host, process id and its start")
    acquired_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.name)


class FeedStream(models.Model):
    """The last number given in a stream: its row is locked while a batch adds an entry, so numbers follow commits."""

    name = ExactChar(primary_key=True, max_length=100, help_text="tenant/model")
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.name)


class FeedEntry(models.Model):
    """A committed batch's changed keys, numbered without a gap within its stream."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    stream = ExactChar(max_length=100)
    number = models.BigIntegerField()
    tenant = ExactChar(max_length=TENANT_LENGTH)
    batch_id = models.BigIntegerField()
    at = models.DateTimeField()
    created = models.JSONField(default=list)
    updated = models.JSONField(default=list)
    deleted = models.JSONField(default=list)

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["stream", "number"]
        verbose_name_plural = "feed entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stream", "number"], name="feed_stream_number")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "id"], name="feedentry_tenant")
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.number}"


class FeedPosition(models.Model):
    """How far a consumer has read a stream of the change feed. Written in the transaction of what it made of it."""

    name = ExactChar(primary_key=True, max_length=200, help_text="consumer/tenant/model")
    consumer = ExactChar(max_length=NAME_LENGTH)
    stream = ExactChar(max_length=100, help_text="tenant/model")
    tenant = ExactChar(max_length=TENANT_LENGTH)
    number = models.BigIntegerField(default=0, help_text="of the last entry that was read")
    moved_at = models.DateTimeField()

    objects = TenantManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
