"""One record of each kind, and people to look at them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.urls import reverse

from audit.protect import seal_row
from pipelines.engine.admin.blocks import imported_models
from pipelines.engine.chunk import verbatim
from pipelines.engine.counts import Counts
from pipelines.engine.models import (
    Batch,
    FeedEntry,
    LakeFile,
    Lease,
    QuarantineEntry,
    Repair,
    Run,
    Watermark,
)
from pipelines.engine.rows import spec_of

AT = datetime(2025, 6, 1, 11, tzinfo=UTC)
TODAY = date(2025, 6, 1)
MARKER = "boris@marker.example"
READ_ONLY = ("run", "batch", "watermark", "lakefile", "quarantineentry", "repair", "lease", "feedentry")
COUNTS = Counts(read=10, dropped=1, created=5, updated=2, quarantined=2)
FEED: dict[str, Any] = {"tenant": "nordlicht", "entity": "payment"}


def columns() -> list[str]:
    return [column.in_lake for column in spec_of(imported_models()["payment"]).columns]


def cells(**known: str) -> list[str | None]:
    return [known.get(name) for name in columns()]


@pytest.fixture
def run():
    entity = {"brand": "nordlicht", "entity": "payment", "status": "done", **COUNTS.as_dict(), "seconds": 1.5}
    notes = {"notes": ["1 rows changed without a newer change time"]}
    return Run.objects.create(
        id=1000,
        job="import_billing",
        status="done",
        business_date=TODAY,
        started_at=AT,
        ended_at=AT + timedelta(seconds=90),
        actor="command import_billing",
        arguments={"brand": ["nordlicht"], "full": True},
        report={"total": COUNTS.as_dict(), "entities": [entity | notes]},
    )


@pytest.fixture
def batch(run):
    return Batch.objects.create(
        id=1001,
        run_id=run.pk,
        **FEED,
        source="nordlicht",
        file="nordlicht/billing/payment/part-1.csv",
        first_line=0,
        committed_at=AT,
        bytes=2048,
        seconds=2,
        watermark_after=AT,
        latest_lateness=7200,
        **(COUNTS.as_dict() | {"late": 1}),
    )


@pytest.fixture
def entry(run):
    return QuarantineEntry.objects.create(
        id=1002,
        fingerprint=b"f" * 16,
        **FEED,
        source="nordlicht",
        row_key="nordlicht:gone",
        file="nordlicht/billing/payment/part-1.csv",
        line=7,
        position=7,
        code="ambiguous",
        columns="comment, gateway_response",
        tried={"readings": ["comment", "gateway_response"], "shift": 1},
        sealed=seal_row(TODAY, verbatim(columns(), cells(comment=f"{MARKER} "))),
        sealed_on=TODAY,
        expires_on=TODAY + timedelta(days=90),
        first_run_id=run.pk,
        last_run_id=run.pk,
        created_at=AT,
    )


def mended(**header: str) -> Repair:
    """A repaired row; `header` is what the file calls some of its columns."""
    names = [header.get(name, name) for name in columns()]
    before = cells(id="a" * 32, gateway_response=f"{MARKER}", reference_id="Krüger")
    after = cells(id="a" * 32, gateway_response=f"{MARKER}, Krüger")
    place = names.index(header.get("gateway_response", "gateway_response"))
    content = {"before": {"columns": names, "lines": [before]}, "after": [after], "places": [place]}
    return Repair.objects.create(
        batch_id=1001,
        **FEED,
        row_key="nordlicht:gone",
        file="nordlicht/billing/payment/part-1.csv",
        line=9,
        rule="joined",
        column="gateway_response",
        shift=1,
        sealed=seal_row(TODAY, orjson.dumps(content)),
        sealed_on=TODAY,
    )


@pytest.fixture
def everything(run, batch, entry):
    """One record of each kind."""
    Watermark.objects.create(
        name="nordlicht/nordlicht/payment", **FEED, source="nordlicht", cursor="updated_date", value=AT, run_id=1000,
        updated_at=AT,
    )  # fmt: skip
    file = LakeFile.objects.create(
        feed="nordlicht/nordlicht/payment", **FEED, path="nordlicht/billing/payment/part-1.csv", size=9,
        modified_ns=1, loaded_at=AT, status="drifted", reason="92 % of its rows do not read", run_id=1000,
    )  # fmt: skip
    Lease.objects.create(name="nordlicht/payment", token=3, run_id=1000, holder="host 1@2", heartbeat_at=AT)
    feed = FeedEntry.objects.create(
        stream="nordlicht/billing.payment",
        number=1,
        tenant="nordlicht",
        batch_id=1001,
        at=AT,
        created=["nordlicht:1"],
    )
    keys = ("nordlicht/nordlicht/payment", file.pk, entry.pk, mended().pk, "nordlicht/payment", feed.pk)
    return dict(zip(READ_ONLY, (run.pk, batch.pk, *keys), strict=True))


@pytest.fixture
def viewer(client, django_user_model):
    """May see the quarantine and the repairs, but not what they hold."""
    user = django_user_model.objects.create_user("boris", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_quarantineentry", "view_repair", "view_run"])
    )
    client.force_login(user)
    return client


def address(model: str, key: object = None, page: str = "change") -> str:
    if key is None:
        return reverse(f"admin:engine_{model}_changelist")
    return reverse(f"admin:engine_{model}_{page}", args=[quote(str(key))])


def shown(client: Any, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


@pytest.fixture(autouse=True)
def installed(now: datetime, tenants: None, all_tenants: None) -> None:
    """Three brands, looked at by somebody who may see all of them."""
