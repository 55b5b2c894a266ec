"""The case suite: short rows, one answer for all refunds and memos of a case."""

from __future__ import annotations

import json
import random
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from pipelines.orders.allocation.cases import answer, run

PAGE = settings.BASE_DIR / "docs" / "reference" / "case-files.md"
SHARED: Path = settings.BASE_DIR.parent / "shared" / "domain" / "cases" / "refund.json"

collected = pytest.mark.skipif(not SHARED.exists(), reason="the case collection is not part of the project")


def example() -> dict[str, Any]:
    """The case that the documentation shows."""
    section = PAGE.read_text().split("\n## refund\n")[1]
    content: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", section, re.DOTALL)[0])
    return content


def case(**more: Any) -> dict[str, Any]:
    """The documented case with other rows; a list given is added to the rows there."""
    (one,) = example()["cases"]
    for name, rows in more.items():
        one["input"][name] = one["input"].get(name, []) + rows
    return one


def first(one: dict[str, Any], name: str) -> dict[str, Any]:
    row: dict[str, Any] = one["input"][name][0]
    return row


def given(**row: Any) -> dict[str, Any]:
    return {"status": "Processed", "type": "Electronic", "source_type": "Payment", **row}


def test_the_example_of_the_documentation_passes() -> None:
    assert [found.ok for found in run(example())] == [True]


@pytest.mark.parametrize("key", ["outcome", "kind", "allocations", "unallocated"])
def test_a_difference_fails(key: str) -> None:
    content = example()
    content["cases"][0]["expected"][key] = "another"
    assert [found.ok for found in run(content)] == [False]


def test_flags_are_told_and_not_compared() -> None:
    content = example()
    content["cases"][0]["expected"]["flags"] = ["another"]
    (found,) = run(content)
    assert (found.ok, found.got["flags"]) == (True, ["prorated"])


@collected
def test_all_collected_cases_pass() -> None:
    out = StringIO()
    call_command("check_cases", "refund", str(SHARED), stdout=out)
    assert out.getvalue().endswith("26 passed, 0 failed\n")


@collected
def test_the_order_and_repetition_of_rows_change_no_collected_case() -> None:
    content = json.loads(SHARED.read_text())
    chance = random.Random(7)
    for one in content["cases"]:
        for rows in one["input"].values():
            rows += [row for row in rows if row.get("id") or row.get("number")]
            chance.shuffle(rows)
    assert [found.id for found in run(content) if not found.ok] == []


@collected
def test_no_flag_of_a_collected_case_is_overlooked_but_a_balance_the_case_does_not_state() -> None:
    missed = {
        (found.id, flag)
        for found in run(json.loads(SHARED.read_text()))
        for flag in set(found.expected["flags"]) - set(found.got["flags"])
    }
    assert missed == {("R36", "balance_identity_broken")}


def test_a_row_without_an_id_that_comes_twice_counts_once() -> None:
    one = case()
    found = answer(case(refund_applications=one["input"]["refund_applications"]))
    assert (found["allocations"], found["flags"]) == (
        {"I1": "3.00", "I2": "1.00"},
        ["duplicate_rows", "prorated"],
    )


def test_steps_without_an_id_that_undo_each_other_all_count() -> None:
    step = {"payment_id": "P1", "invoice_id": "I2", "apply_amount": "10.00"}
    found = answer(case(payment_applications=[{**step, "apply_amount": "-10.00"}, step]))
    assert found["allocations"] == {"I1": "3.00", "I2": "1.00"}


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_states_of_a_row_the_newest_counts(turned: bool) -> None:
    one = case()
    old = {**first(one, "refunds"), "updated_date": "2025-03-01T10:00:00+02:00"}
    new = {**old, "status": "Canceled", "updated_date": "2025-03-01T09:30:00Z"}
    one["input"]["refunds"] = [new, old] if turned else [old, new]
    assert answer(one)["outcome"] == "reversed"


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_undated_states_the_later_stage_of_life_counts(turned: bool) -> None:
    one = case()
    old = first(one, "refunds")
    new = {**old, "status": "Canceled"}
    one["input"]["refunds"] = [new, old] if turned else [old, new]
    assert answer(one)["outcome"] == "reversed"


def test_a_deleted_row_is_not_there() -> None:
    one = case()
    first(one, "payments")["is_deleted"] = "true"
    assert (answer(one)["outcome"], answer(one)["unallocated"]) == ("pending", "4.00")


@pytest.mark.parametrize(
    ("second", "outcome", "kind"),
    [
        (given(id="R2", amount="5.00", currency="EUR", status="Processing"), "allocated", "partial_refund"),
        (given(id="R2", amount="5.00", currency="EUR", status="Error"), "allocated", "partial_refund"),
        (given(id="R2", amount="5.00", currency="GBP"), "quarantine", "partial_refund"),
        (given(id="R2", amount="36.00", currency="EUR", refund_date="2025-03-02"), "allocated", "refund"),
        (given(id="R2", amount="5.00", currency="EUR", reason_code="Chargeback"), "allocated", "chargeback"),
    ],
    ids=["pending", "failed", "another-currency", "the-rest", "charged-back"],
)
def test_several_refunds_have_one_answer(second: dict[str, Any], outcome: str, kind: str) -> None:
    link = {"refund_id": "R2", "payment_id": "P1", "apply_amount": second["amount"]}
    found = answer(case(refunds=[second], refund_applications=[link]))
    assert (found["outcome"], found["kind"]) == (outcome, kind)


def test_refunds_and_memos_are_summed_by_invoice() -> None:
    memo = {
        "id": "CM1",
        "total_amount": "5.00",
        "memo_date": "2025-04-01",
        "status": "Posted",
        "reason_code": "Goodwill",
    }
    one = case(
        invoices=[{"id": "I3", "invoice_date": "2025-04-01", "amount": "9.00"}],
        credit_memos=[{**memo, "reason_code": "Goodwill"}],
        credit_memo_applications=[{"credit_memo_id": "CM1", "invoice_id": "I3", "amount": "3.00"}],
    )
    found = answer(one)
    assert (found["kind"], found["allocations"], found["unallocated"]) == (
        "partial_refund",  # of the refund; money out comes before credit
        {"I1": "3.00", "I2": "1.00", "I3": "3.00"},
        "2.00",
    )


def test_what_is_unallocated_in_another_currency_is_not_added() -> None:
    one = case(
        payments=[given(id="P2", amount="7.00", currency="GBP", effective_date="2025-02-05")],
        refunds=[given(id="R2", amount="7.00", currency="GBP", refund_date="2025-03-01")],
        refund_applications=[{"refund_id": "R2", "payment_id": "P2", "apply_amount": "7.00"}],
    )
    assert answer(one)["unallocated"] == "0.00"


def test_a_case_without_refunds_and_memos_is_ignored() -> None:
    one = case()
    one["input"]["refunds"] = []
    assert answer(one)["outcome"] == "ignored"


@pytest.mark.parametrize("missing", ["amount", "status", "type", "source_type"])
def test_a_refund_without_its_words_is_no_case(missing: str) -> None:
    content = example()
    del first(content["cases"][0], "refunds")[missing]
    with pytest.raises(KeyError):
        list(run(content))
