"""A publisher's catalogue, charges and invoice lines, which nobody here wrote.

The files are not ours to ship: without them these tests are skipped.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.billing.freetext.evidence import Classes, Evidence
from tests.billing.freetext.cast import SEEDED

FILES = Path(__file__).resolve().parents[4] / "shared" / "data" / "billing_platform"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the third-party files are not on this machine")

PLAN, CHARGE, PRODUCT = "rate_plan_name", "charge_name", "product_name"
FIELDS = {  # file: the texts of a row by the field they stand for, its own first
    "catalog_rate_plan": {
        "product_rate_plan.name": PLAN,
        "product.name": PRODUCT,
        "product.sku": "product_sku",
    },
    "catalog_charge": {
        "product_rate_plan_charge.name": CHARGE,
        "product_rate_plan.name": PLAN,
        "product.name": PRODUCT,
    },
    "subscription_charge_names": {
        "rate_plan_charge.name": CHARGE,
        "rate_plan.name": PLAN,
        "product.name": PRODUCT,
    },
    "invoice_preview_items": {"invoice_item.charge_name": "chargeName", "product.name": "productName"},
    "rate_plan": {"rate_plan.name": "name"},
}


def sign(amount: str) -> int | None:
    return (float(amount) > 0) - (float(amount) < 0) if amount else None


def evidences(file: str) -> Iterator[Evidence]:
    with (FILES / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Evidence(
                texts=tuple((field, row[column]) for field, column in FIELDS[file].items() if row[column]),
                charge_type=row.get("charge_type") or row.get("chargeType"),
                charge_model=row.get("charge_model"),
                processing_type=row.get("processingType"),
                sign=sign(row.get("price") or row.get("chargeAmount") or ""),
                term_type=row.get("term_type") or None,
            )


def answers(file: str) -> dict[str, Classes]:
    """The answer by the own text; of several rows with one text the last."""
    return {one.texts[0][1]: SEEDED.classify(one) for one in evidences(file)}


@pytest.mark.parametrize(
    ("file", "taxonomy", "most"),
    [
        (
            "catalog_rate_plan",
            "charge_category",
            0.32,
        ),  # plans carry no charge type; days of the week say nothing
        ("catalog_rate_plan", "subscription_class", 0.58),  # two in five are discounts, which have no class
        ("catalog_charge", "charge_category", 0.0),
        ("catalog_charge", "subscription_class", 0.26),
        ("subscription_charge_names", "charge_category", 0.0),
        ("subscription_charge_names", "subscription_class", 0.47),  # holiday credits
        ("invoice_preview_items", "charge_category", 0.0),
        ("invoice_preview_items", "subscription_class", 0.07),
        ("rate_plan", "charge_category", 0.08),
        ("rate_plan", "subscription_class", 0.15),
    ],
)
def test_no_more_rows_than_these_stay_unclassified(file: str, taxonomy: str, most: float) -> None:
    found = [getattr(SEEDED.classify(one), taxonomy).value for one in evidences(file)]
    assert found.count(None) <= most * len(found)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("catalog_rate_plan", "GW Oct 18 - Six for Six - Domestic", ("front_end", "trial", "trial")),
        ("catalog_rate_plan", "GW GIFT Oct 18 - 3 Month - ROW", (None, "recurring", "gift")),
        ("catalog_rate_plan", "Guardian Weekly 1 Year", (None, None, "prepaid")),
        ("catalog_rate_plan", "Echo-Legacy", (None, None, "legacy")),
        ("catalog_rate_plan", "Staff - monthly", (None, "recurring", "complimentary")),
        ("catalog_rate_plan", " PM 2026 - Price Freeze (MB Annual)", (None, "discount", None)),
        ("catalog_rate_plan", "Digital Pack Annual - Tax Exclusive", (None, "recurring", "standard")),
        ("catalog_charge", "GW Oct 18 - First 6 issues - ROW", ("front_end", "trial", "trial")),
        ("catalog_charge", "Percentage", (None, "discount", None)),
        ("subscription_charge_names", "Holiday Credit", (None, "discount", None)),
        ("subscription_charge_names", "DigitalPack", (None, "recurring", "standard")),
        ("invoice_preview_items", "Adjustment charge", (None, "discount", None)),
        ("invoice_preview_items", "Saturday", (None, "recurring", "standard")),
        ("rate_plan", "Upsell - Supporter Plus to Digital Plus Switch tbc off", ("upsell_1", None, None)),
    ],
)
def test_what_some_of_them_are(file: str, text: str, expected: tuple[str | None, ...]) -> None:
    found = answers(file)[text]
    assert (found.funnel_step.value, found.charge_category.value, found.subscription_class.value) == expected
