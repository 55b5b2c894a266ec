"""The example source files: each loads and fits its entities, and the one for a documented export reads one."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import LazySettings

from audit.context import Actor
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.feeds import entities
from pipelines.billing.jobs import import_billing
from pipelines.billing.models import Account, Contact, Invoice
from pipelines.engine.mapping import check_source
from pipelines.engine.models import QuarantineEntry, Tenant
from pipelines.engine.rows import spec_of
from pipelines.engine.source_file import load_source
from pipelines.engine.window import Window
from tests.conftest import LakeFolder

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples"
EXAMPLES = sorted(FOLDER.glob("*.toml"))

# The columns as Recurly documents them, in their order; those of its optional features left out.
ACCOUNTS = [
    "account_code", "account_email", "account_username", "account_company_name",
    "account_first_name", "account_last_name", "account_has_billing_info", "account_created_at",
    "account_address1", "account_address2", "account_city", "account_state", "account_postal_code",
    "account_country", "account_phone", "account_vat_number", "account_tax_exempt", "modified_at",
    "closed_at", "account_acquisition_cost", "account_acquisition_currency", "parent_account_code",
    "preferred_locale", "account_api_id", "cc_emails",
]  # fmt: skip
INVOICES = [
    "id", "invoice_number", "billed_date", "due_on", "closed_at", "status", "net_terms",
    "collection_method", "account_code", "account_name", "account_company", "account_line1",
    "account_line2", "account_city", "account_state", "account_zip", "account_country",
    "vat_number", "po_number", "coupon_code", "currency", "invoice_total", "invoice_subtotal",
    "tax_amount", "tax_type", "tax_region", "tax_rate", "credit_to_account", "recovery_reason",
    "modified_at", "invoice_type", "original_invoice_number", "invoice_doc_type",
    "invoice_balance", "invoice_balance_modified_at", "invoice_discount", "invoice_api_id",
]  # fmt: skip
ADA = {
    "account_code": "A-1",
    "account_email": "ada@example.org",
    "account_company_name": 'The "Engine" Co, Ltd',
    "account_first_name": "Ada",
    "account_created_at": "2025-10-31 23:30:00 PDT",
    "modified_at": "2025-11-02 01:30:00 PST",
    "cc_emails": "a@example.org,b@example.org",
}
PAID = {
    "id": "0123456789abcdef0123456789abcdef",
    "invoice_number": "1291",
    "billed_date": "2025-12-31 22:00:00 PST",
    "status": "paid",
    "account_code": "A-1",
    "account_company": 'The "Engine" Co, Ltd',
    "currency": "USD",
    "invoice_total": "11.49",
    "invoice_subtotal": "9.99",
    "tax_amount": "1.50",
    "modified_at": "2026-01-05 08:00:00 PST",
    "invoice_balance": "0",
}


def text_of(columns: list[str], *rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def beacon(lake: LakeFolder, settings: LazySettings, all_tenants: None) -> LakeFolder:
    settings.LAKE = LakeAddress(kind="duckdb", folder=lake.folder)
    settings.HUB_SOURCES_DIR = str(FOLDER)
    Tenant.objects.create(code="beacon", name="Beacon", currency="USD", time_zone="America/Los_Angeles")
    return lake


def imported(*names: str) -> dict[str, object]:
    asked = Window(brands=("beacon",), entities=names)
    report = import_billing(asked, by=Actor.command("test"), meter=SilentMeter())
    assert [entity.error for entity in report.entities if entity.error] == []
    return {entity.entity: entity.counts for entity in report.entities}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_fits_the_entities_it_feeds(path: Path) -> None:
    source = load_source(path)
    for name, feed in source.feeds.items():
        check_source(spec_of(entities()[name]), feed)
    assert f"]({path.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_an_account_of_the_documented_export_is_an_account_and_a_person(beacon: LakeFolder) -> None:
    beacon.write("beacon/billing/accounts/load_date=2026-01-10/accounts.csv", text_of(ACCOUNTS, ADA))
    imported("account", "contact")
    account, person = Account.objects.get(), Contact.objects.get()
    assert (account.key, account.account_number, account.name) == ("beacon:A-1", "A-1", None)
    assert (person.key, person.account_id, person.first_name) == ("beacon:A-1", "A-1", "Ada")
    assert f"{account.created_date:%Y-%m-%d %H:%M}" == "2025-11-01 06:30"
    assert f"{account.updated_date:%Y-%m-%d %H:%M}" == "2025-11-02 09:30"
    assert (account.extra or {})["cc_emails"] == "a@example.org,b@example.org"


@pytest.mark.django_db
def test_an_invoice_of_the_documented_export_is_read_with_its_own_status_beside_ours(
    beacon: LakeFolder,
) -> None:
    beacon.write("beacon/billing/invoices/load_date=2026-01-10/invoices.csv", text_of(INVOICES, PAID))
    imported("invoice")
    invoice = Invoice.objects.get()
    assert (invoice.status, (invoice.extra or {})["status"]) == ("Posted", "paid")
    assert f"{invoice.invoice_date}" == "2025-12-31"  # the day it was at the site; in UTC it was the next
    assert f"{invoice.created_date:%Y-%m-%d %H:%M}" == "2026-01-01 06:00"
    assert (f"{invoice.amount:.2f}", invoice.payment_amount, invoice.source) == ("11.49", None, None)


@pytest.mark.django_db
def test_a_status_and_a_zone_that_the_example_does_not_know_are_set_aside(beacon: LakeFolder) -> None:
    rows = [
        PAID,
        PAID | {"id": "1" * 32, "status": "open"},
        PAID | {"id": "2" * 32, "modified_at": "2026-01-05 08:00:00 CET"},
    ]
    beacon.write("beacon/billing/invoices/load_date=2026-01-10/invoices.csv", text_of(INVOICES, *rows))
    imported("invoice")
    assert Invoice.objects.get().lake_id == PAID["id"]
    assert set(QuarantineEntry.objects.values_list("columns", flat=True)) == {"status", "updated_date"}
