"""The business: chains of versions, money that adds up, rows that find each other."""

from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.sample.brands import BRANDS
from pipelines.sample.facts import order_facts
from pipelines.sample.layout import Row
from pipelines.sample.tables import Table
from pipelines.sample.truth import true_rows
from tests.sample.conftest import FIRST, all_rows

Chains = dict[str, list[Row]]


@pytest.fixture(scope="session", params=list(BRANDS))
def rows(request: pytest.FixtureRequest, clean_lake: Path) -> dict[str, dict[str, Row]]:
    """The rows of one brand by table and id."""
    tables = [path.name for path in (clean_lake / "truth" / request.param).iterdir()]
    return {
        table: {true.key: true.row for true in true_rows(clean_lake, request.param, table)}
        for table in tables
    }


# Planned to break what everybody else keeps (pipelines/sample/cast); tests/sample/test_cast.py looks at them.
ODD_CHAINS = {"hole", "two_latest", "no_flag", "no_original", "draft_over_active", "deleted_latest"}


@pytest.fixture
def cases(
    request: pytest.FixtureRequest, rows: dict[str, dict[str, Row]], clean_lake: Path
) -> dict[str, str]:
    """The planned case of each customer by the digits that their ids begin with."""
    brand = request.node.callspec.params["rows"]
    return {order[:24]: fact["case"] for order, fact in order_facts(clean_lake, brand, FIRST).items()}


def but(cases: dict[str, str], rows: dict[str, Row], *names: str) -> dict[str, Row]:
    """Rows of all customers but those for whom a case was planned."""
    return {key: row for key, row in rows.items() if cases.get(key[:24]) not in names}


@pytest.fixture
def chains(rows: dict[str, dict[str, Row]], cases: dict[str, str]) -> Chains:
    chains: Chains = defaultdict(list)
    for row in but(cases, rows["subscription"], *ODD_CHAINS).values():
        chains[row["original_id"] or ""].append(row)
    return {key: sorted(chain, key=lambda row: int(row["version"] or 0)) for key, chain in chains.items()}


def money(row: Row, name: str) -> Decimal:
    return Decimal(row[name] or "0")


def test_versions_of_a_chain_follow_each_other(chains: Chains) -> None:
    for original, chain in chains.items():
        assert [row["version"] for row in chain] == [str(place + 1) for place in range(len(chain))]
        assert chain[0]["id"] == original
        assert [row["previous_subscription_id"] for row in chain[1:]] == [row["id"] for row in chain[:-1]]
        assert len({row["name"] for row in chain}) == 1


def test_superseded_versions_are_expired_and_the_last_one_is_the_latest(chains: Chains) -> None:
    for chain in chains.values():
        assert {row["status"] for row in chain[:-1]} <= {"Expired"}
        assert {row["is_latest_version"] for row in chain[:-1]} <= {"false", None}
        assert chain[-1]["is_latest_version"] == "true"


def test_superseding_touches_the_old_version_in_the_same_instant(chains: Chains) -> None:
    for chain in chains.values():
        for old, new in pairwise(chain):
            assert old["updated_date"] == new["created_date"]


def test_a_renewed_term_begins_where_the_old_one_ended(chains: Chains) -> None:
    renewed = [
        (old, new)
        for chain in chains.values()
        for old, new in pairwise(chain)
        if new["term_start_date"] != old["term_start_date"]
    ]
    assert renewed
    assert all(new["term_start_date"] == old["term_end_date"] for old, new in renewed)


def test_a_cancelled_subscription_ends_on_one_date_which_may_lie_ahead(chains: Chains) -> None:
    ends = [chain[-1] for chain in chains.values() if chain[-1]["status"] == "Cancelled"]
    for row in ends:
        assert row["cancelled_date"] == row["subscription_end_date"] == row["term_end_date"]
    assert {row["cancelled_date"] > "2026-01-05" for row in ends if row["cancelled_date"]} == {True, False}


def test_plans_are_copied_into_every_version_under_new_ids(
    rows: dict[str, dict[str, Row]], chains: Chains
) -> None:
    plans = defaultdict(set)
    for row in rows["rate_plan"].values():
        plans[row["subscription_id"]].add(row["subscription_rate_plan_number"])
    for chain in chains.values():
        for old, new in pairwise(chain):
            assert plans[old["id"]] <= plans[new["id"]]


def test_a_removed_plan_stands_beside_its_successor(rows: dict[str, dict[str, Row]]) -> None:
    kinds = defaultdict(set)
    for row in rows["rate_plan"].values():
        kinds[row["subscription_id"]].add(row["amendment_type"])
    assert any(kind >= {"RemoveProduct", "NewProduct"} for kind in kinds.values())


def test_invoice_balances_add_up(rows: dict[str, dict[str, Row]], cases: dict[str, str]) -> None:
    for row in but(cases, rows["invoice"], "odd_balance").values():
        came = money(row, "payment_amount") - money(row, "refund_amount") + money(row, "credit_memo_amount")
        adjusted = money(row, "credit_balance_adjustment_amount")
        assert money(row, "balance") == money(row, "amount") - came + adjusted
        assert money(row, "amount") == money(row, "amount_without_tax") + money(row, "tax_amount")


def test_lines_add_up_to_their_invoice(rows: dict[str, dict[str, Row]]) -> None:
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in rows["invoice_item"].values():
        sums[row["invoice_id"]] += money(row, "charge_amount") + money(row, "tax_amount")
    assert sums == {key: money(row, "amount") for key, row in rows["invoice"].items()}


def test_applications_add_up_to_what_an_invoice_was_paid(
    rows: dict[str, dict[str, Row]], cases: dict[str, str]
) -> None:
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in rows["invoice_payment"].values():
        sums[row["invoice_id"]] += money(row, "apply_amount")
    for key, row in but(cases, rows["invoice"], "payment_missing").items():
        assert sums[key] == money(row, "payment_amount")


def test_a_processed_payment_is_applied_unapplied_or_refunded(rows: dict[str, dict[str, Row]]) -> None:
    for row in rows["payment"].values():
        if row["status"] == "Processed":
            spent = sum(money(row, name) for name in ("applied_amount", "unapplied_amount", "refund_amount"))
            assert money(row, "amount") == spent


def test_a_refund_names_exactly_one_thing_it_was_taken_from(rows: dict[str, dict[str, Row]]) -> None:
    names = ("payment_id", "payment_application_id", "credit_memo_id")
    for row in rows["refund_invoice_payment"].values():
        assert sum(row[name] is not None for name in names) == 1


def test_refund_applications_add_up_to_their_refund(
    rows: dict[str, dict[str, Row]], cases: dict[str, str]
) -> None:
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in rows["refund_invoice_payment"].values():
        sums[row["refund_id"]] += money(row, "apply_amount")
    refunds = but(cases, rows["refund"], "a_unit_short", "from_credit_balance")
    assert {key: sums[key] for key in refunds} == {key: money(row, "amount") for key, row in refunds.items()}


def test_credit_memos_add_up(rows: dict[str, dict[str, Row]]) -> None:
    for row in rows["credit_memo"].values():
        spent = sum(money(row, name) for name in ("applied_amount", "refund_amount", "balance"))
        assert money(row, "total_amount") == spent
        assert money(row, "total_amount_without_tax") + money(row, "tax_amount") == money(row, "total_amount")


def test_account_balances_are_the_sum_of_their_invoices(rows: dict[str, dict[str, Row]]) -> None:
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in rows["invoice"].values():
        sums[row["account_id"]] += money(row, "balance")
    for key, row in rows["account"].items():
        assert sums[key] == money(row, "balance")


def test_nothing_was_changed_before_it_was_created_or_after_the_load(rows: dict[str, dict[str, Row]]) -> None:
    for table in rows.values():
        for row in table.values():
            assert (row["created_date"] or "") <= (row["updated_date"] or "") < "2026-01-05 02:00"


def test_most_references_find_their_row(rows: dict[str, dict[str, Row]], tables: dict[str, Table]) -> None:
    """The rest are the orphans every feed has."""
    by_entity = {table.entity: table.name for table in tables.values()}
    found = lost = 0
    for name, table in tables.items():
        for column in table.columns:
            target = rows.get(by_entity.get(column.references or "", ""), {})
            values = [row[column.in_lake] for row in rows[name].values() if target and row[column.in_lake]]
            found += sum(value in target for value in values)
            lost += sum(value not in target for value in values)
    assert 0 < lost < 0.005 * found


def test_every_value_is_one_its_column_allows(clean_lake: Path, tables: dict[str, Table]) -> None:
    for _, table, true in all_rows(clean_lake):
        for column in tables[table].columns:
            value = true.row[column.in_lake]
            assert value is not None or not column.required, (table, column.name)
            assert value is None or not column.values or column.kind == "bool" or value in column.values


def test_ordinary_people_live_where_no_mail_can_go_and_no_test_account_is_looked_for(
    clean_lake: Path,
) -> None:
    hosts = Counter(
        (true.row["work_email"] or "nobody@post.alt").rpartition(".")[2]
        for _, _, true in all_rows(clean_lake, "contact")
    )
    assert hosts["alt"] / hosts.total() > 0.98


def test_few_accounts_are_test_accounts(clean_lake: Path) -> None:
    tests = Counter(
        fact["test"]["is_test"] for brand in BRANDS for fact in order_facts(clean_lake, brand, FIRST).values()
    )
    assert 0.01 < tests[True] / tests.total() < 0.04


def test_the_same_business_numbers_occur_in_two_brands(clean_lake: Path) -> None:
    numbers = [
        {true.row["account_number"] for true in true_rows(clean_lake, brand, "account")} for brand in BRANDS
    ]
    assert numbers[0] & numbers[1] & numbers[2]


def test_many_rows_share_an_instant(clean_lake: Path) -> None:
    instants = [true.row["updated_date"] for true in true_rows(clean_lake, "nordlicht", "rate_plan_charge")]
    assert len(set(instants)) < 0.8 * len(instants)
