"""The cast: every case occurs, no more often than is likely, and nobody else's rows depend on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample.brands import BRANDS
from pipelines.sample.cast import LEGACY, SETTLED, WITH_TWO, role_of
from pipelines.sample.cast.persona import PERSONAS
from pipelines.sample.cast.shapes import SHAPES, SUCCESSIONS, other_account
from pipelines.sample.chance import ROOM, stream_of
from pipelines.sample.customer import prefix_of
from pipelines.sample.facts import order_facts
from pipelines.sample.layout import Row
from pipelines.sample.tester_rules import TESTER_RULES
from pipelines.sample.truth import true_rows
from tests.sample.conftest import FIRST, write_lake

ROOT = Path(__file__).parents[2]
SECOND = FIRST + timedelta(days=1)
FUNNEL_STEPS = {
    "front_end", "order_bump", "upsell_1", "upsell_2", "downsell", "cross_sell", "cart_recovery", "win_back",
    "renewal",
}  # fmt: skip
CATEGORIES = {"recurring", "trial", "one_time", "shipping", "discount", "tax_fee"}
CLASSES = {"trial", "standard", "prepaid", "gift", "complimentary", "one_time", "legacy"}
Facts = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def two_thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cast") / "lake"
    return write_lake(out, subscriptions=2000, days=2, damage=False)


@pytest.fixture(scope="module")
def facts(two_thousand: Path) -> Facts:
    """Every order of the lake after both loads; ids of two brands differ."""
    return {
        order: fact for brand in BRANDS for order, fact in order_facts(two_thousand, brand, SECOND).items()
    }


@pytest.fixture(scope="module")
def chains(two_thousand: Path) -> dict[str, list[Row]]:
    """For each role the versions of one order of Nordlicht's that plays it, as the first load has them."""
    played = {
        order[:24]: fact["case"] for order, fact in order_facts(two_thousand, "nordlicht", FIRST).items()
    }
    one_each = {role: whose for whose, role in played.items() if role}
    versions: dict[str, list[Row]] = {role: [] for role in one_each}
    for true in true_rows(two_thousand, "nordlicht", "subscription", until=FIRST):
        role = played[true.key[:24]]
        if one_each.get(role) == true.key[:24]:
            versions[role].append(true.row)
    return {role: sorted(rows, key=lambda row: int(row["version"] or 0)) for role, rows in versions.items()}


def test_every_kind_of_money_case_occurs_at_least_twice_in_two_thousand_subscriptions(facts: Facts) -> None:
    found = Counter(fact["case"] for fact in facts.values())
    assert {role.name: found[role.name] for role in (*SETTLED, *LEGACY) if found[role.name] < 2} == {}


@pytest.mark.parametrize("roles", [SHAPES, SUCCESSIONS, PERSONAS], ids=["shapes", "successions", "personas"])
def test_every_shape_and_persona_occurs_in_two_thousand_subscriptions(facts: Facts, roles: Any) -> None:
    assert {role.name for role in roles} <= {fact["case"] for fact in facts.values()}


def test_few_customers_have_got_money_back(facts: Facts) -> None:
    customers = {order[:24] for order in facts}
    refunded = {order[:24] for order, fact in facts.items() if fact["refunds"]}
    assert 0.03 < len(refunded) / len(customers) < 0.06


def test_currencies_without_and_with_three_digits_occur(facts: Facts) -> None:
    billed = {
        (bill["currency"], len(bill["billed"].partition(".")[2]))
        for fact in facts.values()
        for bill in fact["invoices"].values()
    }
    assert billed == {("EUR", 2), ("CHF", 2), ("JPY", 0), ("KWD", 3)}


def test_every_step_category_and_class_occurs(facts: Facts) -> None:
    assert {fact["funnel_step"] for fact in facts.values()} == FUNNEL_STEPS | {None}
    assert {fact["subscription_class"] for fact in facts.values()} == CLASSES
    assert {category for fact in facts.values() for category in fact["charges"].values()} == CATEGORIES


def test_what_counts_of_a_refund_is_allocated_to_the_last_unit_or_left(
    facts: Facts, two_thousand: Path
) -> None:
    amounts = {
        true.key: true.row["amount"] for brand in BRANDS for true in true_rows(two_thousand, brand, "refund")
    }
    for fact in facts.values():
        for key, told in fact["refunds"].items():
            parts = [*told["allocations"].values(), told["unallocated"]]
            if told["outcome"] == "allocated":
                assert sum(map(Decimal, parts)) == Decimal(amounts[key] or ""), fact["case"]


def test_no_bill_gives_back_more_than_it_was_paid(facts: Facts) -> None:
    for fact in facts.values():
        for bill in fact["invoices"].values():
            if Decimal(bill["billed"]) > 0:  # a negative invoice is paid by nobody
                assert Decimal(bill["refunded"]) <= Decimal(bill["paid"]), fact["case"]


def test_a_role_changes_nobody_elses_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_cast = write_lake(tmp_path / "with", subscriptions=150, days=3, damage=False)
    for module in ("first_load", "days"):
        monkeypatch.setattr(f"pipelines.sample.{module}.role_of", lambda brand, index: None)
    without = write_lake(tmp_path / "without", subscriptions=150, days=3, damage=False)
    for brand in BRANDS:
        stream = stream_of(42, brand, ROOM)
        playing = {prefix_of(stream, index) for index in range(150) if role_of(BRANDS[brand], index)}
        for table in ("account", "contact", "subscription", "invoice", "payment"):
            assert others(with_cast, brand, table, playing) == others(without, brand, table, playing)


def others(lake: Path, brand: str, table: str, playing: set[str]) -> list[Row]:
    return [true.row for true in true_rows(lake, brand, table) if true.key[:24] not in playing]


@pytest.mark.parametrize("brand", list(BRANDS))
def test_nobody_hands_a_subscription_to_a_test_account(brand: str) -> None:
    stream = stream_of(42, brand, ROOM)
    personas = {
        f"{prefix_of(stream, index)}a0000000"
        for index in range(2000)
        if (role := role_of(BRANDS[brand], index)) and role.persona
    }
    assert not personas & {other_account(stream, index) for index in range(2000)}


def test_only_a_succession_is_played_by_an_account_with_two_subscriptions() -> None:
    two = [role_of(BRANDS["nordlicht"], index) for index in range(WITH_TWO - 1, 4000, WITH_TWO)]
    assert {role.name for role in two if role} == {role.name for role in SUCCESSIONS}


Look = Callable[[list[Row]], bool]


@pytest.mark.parametrize(
    ("role", "look"),
    [
        ("transferred", lambda rows: rows[0]["account_id"] != rows[1]["account_id"]),
        ("renewed", lambda rows: len(rows) == 4 and len({row["term_start_date"] for row in rows}) == 4),
        ("ends_now", lambda rows: rows[-1]["cancelled_date"] == (rows[-1]["created_date"] or "")[:10]),
        ("ends_later", lambda rows: rows[-1]["cancelled_date"] > str(FIRST)),
        ("ended_before", lambda rows: rows[-1]["cancelled_date"] < (rows[-1]["created_date"] or "")[:10]),
        ("never_began", lambda rows: rows[-1]["cancelled_date"] == rows[0]["subscription_start_date"]),
        ("hole", lambda rows: [row["version"] for row in rows] == ["1", "3"]),
        ("two_latest", lambda rows: [row["is_latest_version"] for row in rows] == ["true", "true"]),
        ("no_flag", lambda rows: [row["is_latest_version"] for row in rows] == [None, None]),
        ("no_original", lambda rows: [row["original_id"] for row in rows] == [None] * 3),
        ("draft_over_active", lambda rows: [row["status"] for row in rows] == ["Active", "Draft"]),
        ("deleted_latest", lambda rows: [row["is_deleted"] for row in rows] == ["false", "true"]),
        ("suspended", lambda rows: rows[-1]["status"] == "Suspended"),
        ("there_and_back", lambda rows: [row["status"] for row in rows] == ["Expired", "Expired", "Active"]),
        ("pending", lambda rows: rows[0]["status"] == "Pending Activation"),
        ("draft", lambda rows: [row["status"] for row in rows] == ["Draft"]),
        ("ran_out", lambda rows: rows[-1]["status"] == "Active" and rows[-1]["term_end_date"] < str(FIRST)),
        ("ran_out_and_says_so", lambda rows: rows[-1]["status"] == "Expired"),
    ],
)
def test_a_shape_is_what_its_name_says(chains: dict[str, list[Row]], role: str, look: Look) -> None:
    assert look(chains[role])


@pytest.mark.parametrize("role", ["followed", "followed_unsaid"])
def test_a_subscription_may_follow_a_cancelled_one(facts: Facts, role: str) -> None:
    pairs = [
        (facts[fact["follows"]], fact) for fact in facts.values() if fact["case"] == role and fact["follows"]
    ]
    assert pairs
    for before, after in pairs:
        assert before["state"] == "cancelled"
        assert before["account"] == after["account"]


def test_only_the_succession_that_says_so_names_the_subscription_before(two_thousand: Path) -> None:
    facts = order_facts(two_thousand, "nordlicht", FIRST)
    named = Counter(
        facts[true.row["original_id"] or ""]["case"]
        for true in true_rows(two_thousand, "nordlicht", "subscription", until=FIRST)
        if true.row["predecessor_subscription__c"]
    )
    assert set(named) == {"followed"}


def test_the_page_about_the_sample_counts_the_roles() -> None:
    page = (ROOT / "docs" / "explanation" / "sample.md").read_text(encoding="utf-8")
    assert f"| {len(SETTLED)} with invoice settlement, {len(LEGACY)} without |" in page
    assert f"| {len(SHAPES)} |" in page
    assert f"| {len(PERSONAS)} |" in page


def test_a_row_that_comes_twice_stands_in_its_file_twice(lake: Path) -> None:
    times: Counter[str] = Counter()
    for brand in ("nordlicht", "lumiere"):
        cases = {order[:24]: fact["case"] for order, fact in order_facts(lake, brand, FIRST).items()}
        rows = true_rows(lake, brand, "refund", until=FIRST)
        times.update(true.key for true in rows if cases.get(true.key[:24]) == "twice")
    assert times
    assert set(times.values()) == {2}


@pytest.mark.parametrize("brand", list(BRANDS))
def test_the_rules_of_a_brand_name_what_its_personas_show(brand: str) -> None:
    rules = {layer: value for layer, value, _ in TESTER_RULES[brand]}
    shown = {role.name: role.persona for role in PERSONAS if role.persona}
    assert rules["internal_domain"] == f"{brand}.alt"
    assert rules["test_batch"] == shown["batch"].batch
    assert rules["test_promotion_code"] == shown["test_promotion"].promotion
    assert (shown["named_account"].account or "").startswith(rules["account_name_prefix"])
    assert (shown["known_by_name"].names or ("", ""))[1] in rules["known_individual"]
    assert (shown["known_by_name"].postcode or "?") in rules["known_individual"]
    assert rules["office_address"].split(";")[0].partition("=")[2] in (shown["office"].address or "")


def test_mail_of_the_brands_own_people_is_under_its_domain(two_thousand: Path, facts: Facts) -> None:
    own = {order[:24] for order, fact in facts.items() if fact["case"].startswith("own_")}
    mails = [
        (brand, true.row["work_email"] or "")
        for brand in BRANDS
        for true in true_rows(two_thousand, brand, "contact")
        if true.key[:24] in own
    ]
    assert mails
    assert all(mail.endswith(f"@{brand}.alt") for brand, mail in mails)


@pytest.mark.parametrize(
    ("case", "unit"),
    [
        ("prorated", "0.01"),
        ("prorated_yen", "1"),
        ("goodwill_in_cash", "0.01"),
        ("goodwill_without_a_link", "0.01"),
    ],
)
def test_a_split_by_weights_leaves_a_unit_over_for_the_oldest_bill(
    facts: Facts, case: str, unit: str
) -> None:
    for fact in facts.values():
        for told in fact["refunds"].values() if fact["case"] == case else ():
            first, *others = (
                Decimal(told["allocations"][bill]) for bill in fact["invoices"] if bill in told["allocations"]
            )
            assert [first - other for other in others] == [Decimal(unit)] * 2
