"""Files that nobody here wrote, imported by the example source files alone.

What is expected is read off the same files with the csv module and the standard library; the hub's own
readers have no part in it. The files are not ours to ship: without them these tests are skipped.
"""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from audit.context import Actor
from audit.models import Mutation
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.feeds import entities
from pipelines.billing.jobs import import_billing
from pipelines.billing.models import Account, Invoice, PaymentApplication, ProductRatePlan, Subscription
from pipelines.engine.models import QuarantineEntry, Tenant
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import Kind
from pipelines.engine.window import Window
from tests.conftest import touch

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
FILES = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("all_tenants"),
    pytest.mark.skipif(not FILES.is_dir(), reason="the third-party files are not on this machine"),
]

PUBLISHER = {  # entity: the file's name
    "account": "account",
    "subscription": "subscription",
    "rate_plan": "rate_plan",
    "invoice": "invoice",
    "product_rate_plan": "catalog_rate_plan",
}
REPLICA = {
    **{name: name for name in entities() if not name.startswith("credit_memo")},
    "payment_application": "invoice_payment",
    "refund_application": "refund_invoice_payment",
}
TABLES = [
    *(("gazette", entity, f"billing_platform/{table}.csv", table) for entity, table in PUBLISHER.items()),
    *(("replica", entity, f"dbt_zuora/zuora_{table}_data.csv", table) for entity, table in REPLICA.items()),
]
# Columns whose name in the file is another than ours, whichever way it is written: everywhere, and by entity.
RENAMED = {"_fivetran_deleted": "is_deleted", "vatid": "vat_id"}
MONEY = ("invoice", "invoice_item", "payment_application", "rate_plan_charge")
RENAMED_IN = {
    **{(entity, "transaction_currency"): "currency" for entity in MONEY},
    ("payment_application", "amount"): "apply_amount",
    ("refund_application", "refund_amount"): "apply_amount",
    ("product_rate_plan", "rate_plan_id"): "id",
    ("product_rate_plan", "rate_plan_number"): "product_rate_plan_number",
    ("product_rate_plan", "rate_plan_name"): "name",
    ("product_rate_plan", "rate_plan_status"): "state",
    ("product_rate_plan", "rate_plan_type"): "rate_plan_type_c",
    ("product_rate_plan", "promotion_code"): "promotion_code_c",
    ("product_rate_plan", "effective_start"): "effective_start_date",
    ("product_rate_plan", "effective_end"): "effective_end_date",
}

each_table = pytest.mark.parametrize(
    ("brand", "entity", "path", "table"), TABLES, ids=[f"{brand}-{entity}" for brand, entity, *_ in TABLES]
)


def rows_of(path: str) -> list[dict[str, str]]:
    with (FILES / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def our_name(column: str, entity: str) -> str:
    named = RENAMED_IN.get((entity, column)) or RENAMED.get(column, column)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", named).lower()
    return re.sub(r"_+c$", "_c", re.sub(r"_+", "_", snake))


def instant(cell: str) -> datetime:
    at = datetime.fromisoformat(cell)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


READ: dict[Kind, Callable[[str], Any]] = {
    Kind.TIMESTAMP: instant,
    Kind.DATE: lambda cell: date.fromisoformat(cell[:10]),
    Kind.DECIMAL: Decimal,
    Kind.INT: int,
    Kind.BOOL: lambda cell: {"true": True, "false": False}[cell.lower()],
}


def meant(entity: str, row: dict[str, str]) -> dict[str, Any]:
    """What a line says of our columns, in Python's own types."""
    spec = spec_of(entities()[entity])
    named = {our_name(column, entity): cell for column, cell in row.items()}
    return {
        name: READ.get(spec.column(name).kind, str)(cell) if cell else None
        for name, cell in named.items()
        if name in spec.by_name
    }


@pytest.fixture
def lay(tmp_path: Path, settings: LazySettings) -> Callable[..., Path]:
    """Put a file into a lake as a user would: copied into the folder of its table."""
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path / "lake")
    settings.HUB_SOURCES_DIR = str(EXAMPLES)
    for code in ("gazette", "replica"):
        Tenant.objects.create(code=code, name=code.title(), currency="GBP", time_zone="Europe/London")

    def put(brand: str, table: str, path: str, day: str = "2026-06-20") -> Path:
        file = tmp_path / "lake" / brand / "billing" / table / f"load_date={day}" / f"{table}.csv"
        file.parent.mkdir(parents=True)
        shutil.copyfile(FILES / path, file)
        touch(file, datetime(2026, 6, 20, tzinfo=UTC))
        return file

    return put


def imported(brand: str, *names: str, **window: Any) -> list[EntityReport]:
    asked = Window(brands=(brand,), entities=names, **window)
    return import_billing(asked, by=Actor.command("test"), meter=SilentMeter()).entities


def stored(entity: str) -> Iterator[Any]:
    return entities()[entity].unscoped.iterator()


@each_table
def test_rows_read_are_stored_or_duplicate_or_quarantined(lay, brand, entity, path, table):
    lay(brand, table, path)
    (report,) = imported(brand, entity)
    key = {"catalog_rate_plan": "rate_plan_id"}.get(table, "id")
    ids = Counter(row[key] for row in rows_of(path))
    malformed = [each for each in ids if not re.fullmatch("[0-9a-f]{32}", each)]
    counts = report.counts
    assert report.error == ""
    assert counts.read == ids.total()
    assert counts.created == len(ids) - len(malformed) == len(list(stored(entity)))
    assert counts.duplicate == ids.total() - len(ids)
    assert counts.quarantined == len(malformed)
    assert list(QuarantineEntry.objects.values_list("code", "columns")) == [("unreadable", "id")] * len(
        malformed
    )


@each_table
def test_what_is_stored_is_what_the_file_says_column_by_column(lay, brand, entity, path, table):
    lay(brand, table, path)
    imported(brand, entity)
    last = {said["id"]: said for row in rows_of(path) if (said := meant(entity, row))}
    found = {row.lake_id: row for row in stored(entity)}
    assert found
    for key, row in found.items():
        said = last[key]
        assert len(said) > 2
        assert {name: getattr(row, "lake_id" if name == "id" else name) for name in said} == said


@each_table
def test_every_cell_of_every_file_is_somewhere_in_its_row(lay, brand, entity, path, table):
    lay(brand, table, path)
    imported(brand, entity)
    rows = rows_of(path)
    known = {our_name(column, entity) for column in rows[0]} & set(spec_of(entities()[entity]).names)
    unknown = [column for column in rows[0] if our_name(column, entity) not in known]
    last = {meant(entity, row)["id"]: row for row in rows}
    for row in stored(entity):
        left = {column: last[row.lake_id][column] for column in unknown if last[row.lake_id][column]}
        assert (row.extra or {}) == left


@pytest.mark.parametrize("brand", ["gazette", "replica"])
def test_a_second_import_changes_nothing_nor_does_a_full_one(lay, brand):
    for owner, _, path, table in TABLES:
        if owner == brand:
            lay(owner, table, path)
    created = sum(report.counts.created for report in imported(brand))
    trail = Mutation.objects.count()
    assert created == trail == {"gazette": 687, "replica": 73}[brand]
    assert sum(report.counts.read for report in imported(brand)) == 0
    again = imported(brand, full=True)
    assert sum(report.counts.changed for report in again) == 0
    assert sum(report.counts.unchanged for report in again) == created
    assert Mutation.objects.count() == trail


def test_summer_and_winter_times_of_one_file_become_the_same_instants(lay):
    lay("gazette", "invoice", "billing_platform/invoice.csv")
    imported("gazette", "invoice")
    written = {row["id"]: row["createdDate"] for row in rows_of("billing_platform/invoice.csv")}
    zones = Counter(re.sub(r".*\d\d:\d\d:\d\d", "", cell) for cell in written.values())
    assert zones == {"Z": 82, "+01:00": 108}
    for invoice in Invoice.unscoped.all():
        assert (
            invoice.created_date.timestamp() == datetime.fromisoformat(written[invoice.lake_id]).timestamp()
        )


def test_blanks_at_the_beginning_and_two_in_a_row_are_kept(lay):
    lay("gazette", "catalog_rate_plan", "billing_platform/catalog_rate_plan.csv")
    imported("gazette", "product_rate_plan")
    names = set(ProductRatePlan.unscoped.values_list("name", flat=True))
    assert {name for name in names if name.startswith(" ")} == {
        " PM 2023 - EUR - Price Freeze - 3 months",
        " PM 2026 - Price Freeze (MB Annual)",
    }
    assert "Hardback  Fiction - 12 Months" in names


def test_invoices_that_break_the_balance_identity_come_in_as_they_are(lay):
    lay("gazette", "invoice", "billing_platform/invoice.csv")
    imported("gazette", "invoice")
    odd = [
        row
        for row in Invoice.unscoped.all()
        if row.amount - row.payment_amount + row.refund_amount - row.credit_memo_amount != row.balance
    ]
    assert len(odd) == 12
    assert Invoice.unscoped.filter(amount__lt=0).exists()
    assert Invoice.unscoped.filter(amount=0).exists()


def test_of_two_rows_with_one_id_and_one_time_the_later_line_stands(lay):
    path = "dbt_zuora/zuora_invoice_payment_data.csv"
    lay("replica", "invoice_payment", path)
    (report,) = imported("replica", "payment_application")
    key, count = Counter(row["id"] for row in rows_of(path)).most_common(1)[0]
    *_, last = (row for row in rows_of(path) if row["id"] == key)
    assert count == 2
    assert PaymentApplication.unscoped.get(lake_id=key).payment_id == last["payment_id"]
    assert report.notes[-1] == "1 rows changed without a newer change time"


@pytest.mark.parametrize(
    "entity", ["account", "payment_method", "rate_plan_charge", "refund", "subscription"]
)
def test_a_deletion_that_does_not_move_the_change_time_is_seen(lay, entity):
    path = f"dbt_zuora/zuora_{entity}_data.csv"
    before = lay("replica", entity, path, "2023-03-01")
    text = before.read_text(encoding="utf-8")
    before.write_text(re.sub("^([^,]*),TRUE,", r"\1,FALSE,", text, flags=re.MULTILINE), encoding="utf-8")
    touch(before, datetime(2023, 3, 1, tzinfo=UTC))
    imported("replica", entity)
    times = {row.lake_id: row.updated_date for row in stored(entity)}
    assert not any(row.is_deleted for row in stored(entity))
    lay("replica", entity, path, "2023-03-02")
    (report,) = imported("replica", entity)
    gone = {row["id"] for row in rows_of(path) if row["_fivetran_deleted"] == "TRUE"}
    assert gone
    assert report.counts.deleted == report.counts.updated == len(gone)
    assert {row.lake_id for row in stored(entity) if row.is_deleted} == gone
    assert {row.lake_id: row.updated_date for row in stored(entity)} == times


def test_a_required_column_that_nobody_declared_absent_stops_its_entity_in_one_line(lay, tmp_path, settings):
    folder = tmp_path / "sources"
    folder.mkdir()
    text = (EXAMPLES / "lake-replica.toml").read_text(encoding="utf-8")
    assert 'absent = ["refund_id"]' in text
    (folder / "mine.toml").write_text(text.replace('absent = ["refund_id"]', ""), encoding="utf-8")
    settings.HUB_SOURCES_DIR = str(folder)
    lay("replica", "refund", "dbt_zuora/zuora_refund_data.csv")
    lay("replica", "refund_invoice_payment", "dbt_zuora/zuora_refund_invoice_payment_data.csv")
    refund, application = imported("replica", "refund", "refund_application")
    assert refund.counts.created == 5
    assert application.status == "failed"
    assert application.error.startswith(
        "replica/billing/refund_invoice_payment/load_date=2026-06-20/refund_invoice_payment.csv: "
        "refund_application needs column refund_id, and the file has none"
    )
    assert not list(stored("refund_application"))


def test_versions_of_a_subscription_hang_together_as_their_publisher_wrote_them(lay):
    lay("gazette", "subscription", "billing_platform/subscription.csv")
    imported("gazette", "subscription")
    roots = set(Subscription.unscoped.values_list("original_id", flat=True))
    assert len(roots) == 36
    assert roots == set(Subscription.unscoped.filter(version=1).values_list("lake_id", flat=True))


def test_columns_that_an_account_file_lacks_stay_empty_and_are_not_made_up(lay):
    lay("gazette", "account", "billing_platform/account.csv")
    imported("gazette", "account")
    names = [name for name in spec_of(Account).names if name != "id"]
    for account in Account.unscoped.all():
        filled = {name for name in names if getattr(account, name) is not None}
        assert filled == {"account_number", "name", "balance"}
