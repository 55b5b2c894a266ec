"""The page on the order document names every member that the published schema has, and no other."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.orders.schema import FILE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "order-document.md").read_text()
DEFS: dict[str, Any] = orjson.loads(FILE.read_bytes())["$defs"]
SECTIONS = {
    "order": "The order",
    "customer": "customer",
    "contact": "customer.bill_to, customer.sold_to",
    "version": "versions",
    "event": "events",
    "plan": "plans",
    "charge": "plans.charges",
    "invoice": "invoices",
    "item": "invoices.items",
    "payment": "payments",
    "refund": "refunds",
    "credit_note": "credit_notes",
    "total": "totals, by currency",
    "anomaly": "anomalies",
    "part": "allocations, corrections, applied",
}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_names_the_members_of_the_schema(name: str) -> None:
    (section,) = re.findall(
        rf"^## {re.escape(SECTIONS[name])}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    assert set(re.findall(r"^\| `([a-z_0-9]+)`", section, re.MULTILINE)) == set(DEFS[name]["properties"])


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_which_members_may_be_absent(name: str) -> None:
    (section,) = re.findall(
        rf"^## {re.escape(SECTIONS[name])}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    optional = set(re.findall(r"^\| `([a-z_0-9]+)` .*\(if known\)", section, re.MULTILINE))
    assert optional == set(DEFS[name]["properties"]) - set(DEFS[name]["required"])
