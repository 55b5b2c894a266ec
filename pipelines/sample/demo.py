"""A first look at the hub: a sample lake of two days, imported one day after the other."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audit.context import Actor
from hub import clock
from hub.commands import EXIT_DONE, EXIT_FAILED
from hub.errors import UsageError
from hub.progress import Meter, stage
from pipelines.billing.jobs import import_billing, reconcile_keys
from pipelines.engine.counts import Counts
from pipelines.engine.models import Tenant
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.window import Window
from pipelines.sample.brands import BRANDS
from pipelines.sample.downstream import TARGET, Followed, follow, prepare
from pipelines.sample.generate import generate
from pipelines.sample.request import MARKER, Request
from pipelines.sample.tables import billing_tables

USER = "admin"
CURRENCY = "EUR"
_DAYS = {  # the first number is the sum of the others, of which some were repaired
    "first load": ("read", "created", "quarantined", "other", "repaired"),
    "second day": ("read", "created", "updated", "quarantined", "other", "repaired"),
}
_LOOK_AT = {
    "Orders": "admin/orders/order/",
    "Refunds": "admin/orders/allocation/",
    "Deliveries": "admin/delivery/delivery/",
    "Runs": "admin/engine/run/",
    "Quarantine": "admin/engine/quarantinegroup/",
    "Repairs": "admin/engine/repair/",
    "The trail": "admin/audit/mutation/?action=updated",
    "Subscriptions": "admin/billing/subscription/",
}


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """Two days of imports and how to get in."""

    days: list[RunReport]
    followed: list[Followed]
    deletions: RunReport
    password: str
    url: str
    subscriptions: int

    @property
    def failures(self) -> list[EntityReport]:
        """Entities that a job could not finish."""
        imported = [each for report in (*self.days, self.deletions) for each in report.entities if each.error]
        return imported + [each for day in self.followed for each in day.failures]

    @property
    def exit_code(self) -> int:
        return EXIT_FAILED if self.failures else EXIT_DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "status": "failed" if self.failures else "done",
            "days": [day.as_dict() for day in self.days],
            "orders": [day.orders.as_dict() for day in self.followed],
            "delivered": [day.delivered.as_dict() for day in self.followed],
            "reconcile": self.deletions.as_dict(),
            "url": self.url,
            "user": USER,
            "password": self.password,
        }

    def show(self, console: Console) -> None:
        console.print(self._table())
        console.print(
            "Read: rows, whether a line held one, several or a part of one. Other: unchanged, older than what was "
            "stored, sent twice, or no data (header and total lines). Repaired rows are among the created and updated."
        )
        for name, day in zip(_DAYS, self.followed, strict=True):
            orders, sent = day.orders.total, day.delivered.total.delivered
            console.print(
                f"Orders, {name}: {orders.created:,} documents made, {orders.updated:,} changed, "
                f"{orders.test:,} held back as tests; {sent:,} delivered."
            )
        gone = self.deletions.total.deleted
        console.print(f"Key comparison: {gone} rows are gone upstream; they stay and are flagged.")
        console.print(f"The delivered documents are in {delivered_to()}", soft_wrap=True)
        for failure in self.failures:
            console.print(
                f"[red]{failure.tenant}/{failure.entity}[/]: {escape(failure.error)} | {escape(failure.hint)}"
            )
        console.print("\nLook at:")
        for title, path in _LOOK_AT.items():
            console.print(f"  {title:17} {self.url}{path}")
        console.print(
            f"\nSign in at [bold]{self.url}admin/[/] as [bold]{USER}[/] with [bold]{self.password}[/]"
        )

    def _table(self) -> Table:
        table = Table(title=f"Two days of {self.subscriptions:,} subscriptions, three brands")
        table.add_column("entity", overflow="fold")
        for heading, names in _DAYS.items():
            for name in names:
                table.add_column(f"{heading if name == 'read' else ''}\n{name}", justify="right")
        for entity in sorted({report.entity for day in self.days for report in day.entities}):
            table.add_row(entity, *self._cells(entity))
        table.add_section()
        table.add_row("all", *self._cells(None), style="bold")
        return table

    def _cells(self, entity: str | None) -> list[str]:
        cells = []
        for day, names in zip(self.days, _DAYS.values(), strict=True):
            total = Counts()
            for report in day.entities:
                if entity in (None, report.entity):
                    total += report.counts
            numbers = accounted(total)
            cells += [f"{numbers[name]:,}" if numbers[name] else "·" for name in names]
        return cells


def accounted(counts: Counts) -> dict[str, int]:
    """The counts, with all outcomes that the table does not name as `other`.

    `read` is told in rows: of several on one line each has an outcome, so `other` would come out below nought.
    """
    rows = counts.read - counts.joined + counts.split
    return counts.as_dict() | {"read": rows, "other": rows - counts.changed - counts.quarantined}


def run_demo(lake: Path, subscriptions: int, url: str, meter: Meter) -> DemoReport:
    """Prepare the database, write the lake, work through two days, compare keys; running it again changes nothing."""
    first_load = _first_load(lake)
    request = Request(out=lake, subscriptions=subscriptions, days=2, start=first_load, force=True)
    request.check()  # before anything is written
    call_command("migrate", verbosity=0, interactive=False)
    _brands()
    by = Actor.command("demo")
    prepare(by)
    generate(request, billing_tables(), stage(meter, "writing the sample lake"))
    second_day = first_load + timedelta(days=1)
    with _not_there_yet(lake, second_day):
        first = import_billing(Window(), by=by, meter=stage(meter, "importing the first load"))
        followed = [follow(first_load, by=by, meter=meter)]
    second = import_billing(Window(), by=by, meter=stage(meter, "importing the second day"))
    gone = reconcile_keys(Window(), least_share=0.9, by=by)
    followed.append(follow(None, by=by, meter=meter))
    return DemoReport(
        days=[first, second],
        followed=followed,
        deletions=gone,
        password=_sign_in(),
        url=url,
        subscriptions=subscriptions,
    )


def delivered_to() -> str:
    """The folder of the demo's target, from the project on where it lies there."""
    folder = Path(settings.HUB_DELIVERY_FOLDER, TARGET)
    return str(folder.relative_to(settings.BASE_DIR) if folder.is_relative_to(settings.BASE_DIR) else folder)


def _first_load(lake: Path) -> date:
    """The day before yesterday, or the first load of the demo's lake where it was written before."""
    marker = lake / MARKER
    if marker.exists():
        return date.fromisoformat(json.loads(marker.read_text(encoding="utf-8"))["start_date"])
    return clock.now().date() - timedelta(days=2)


def _brands() -> None:
    """The sample's three brands; a database with brands of its own is left alone."""
    others = sorted(set(Tenant.objects.values_list("code", flat=True)) - set(BRANDS))
    if others:
        raise UsageError(
            f"this database holds other brands ({', '.join(others)})",
            hint="point DATABASE_URL at an empty database for the demo",
        )
    for code, brand in BRANDS.items():
        Tenant.objects.get_or_create(
            code=code, defaults={"name": brand.name, "currency": CURRENCY, "time_zone": brand.zone}
        )


@contextmanager
def _not_there_yet(lake: Path, day: date) -> Iterator[None]:
    """Hide a day's loads behind an underscore, as an export does until it is complete."""
    arriving = [(path, path.with_name(f"_{path.name}")) for path in lake.rglob(f"load_date={day}")]
    for path, hidden in arriving:
        path.rename(hidden)
    try:
        yield
    finally:
        for path, hidden in arriving:
            hidden.rename(path)


def _sign_in() -> str:
    """A superuser with a fresh random password."""
    password = secrets.token_urlsafe(9)
    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True}
    )
    user.set_password(password)
    user.save()
    return password
