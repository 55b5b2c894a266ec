"""The work list: which groups there are, in which order, how many rows each has; and a dismissal of all of one."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.context import Actor, acting
from audit.models import Mutation
from pipelines.engine import worklist
from pipelines.engine.models import QuarantineEntry, Tenant
from pipelines.engine.worklist import FIELDS, Group, dismiss_group, groups
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants", "now")]
numbers = count(1)
A = Group(tenant="lumiere", entity="account", code="shifted", columns="", file="x")


def add(group: Group, rows: int = 1, *, status: str = "open") -> None:
    day = date(2025, 6, 1)
    for _ in range(rows):
        number = next(numbers)
        QuarantineEntry.objects.create(
            id=number, fingerprint=number.to_bytes(16, "big"), **group.values, source="s", line=1, position=number,
            sealed=b"", sealed_on=day, expires_on=day, status=status, first_run_id=1, last_run_id=1,
            created_at=NOW + timedelta(seconds=number),
        )  # fmt: skip


def every() -> list[Group]:
    return groups(most=1000)


def test_entries_that_are_alike_are_one_group(tenants) -> None:
    add(A, 3)
    add(replace(A, file="y"))
    add(replace(A, code="unreadable"), status="dismissed")
    assert [(group.file, group.counted()) for group in every()] == [("x", 3), ("y", 1)]


def test_nothing_open_is_no_group() -> None:
    add(A, status="replayed")
    assert every() == []


@pytest.mark.parametrize("name", FIELDS)
def test_entries_that_differ_in_one_thing_are_two_groups(name: str) -> None:
    other = replace(A, **{name: "zz"})
    add(other)
    add(A)
    assert every() == [A, other]


some = st.builds(
    Group,
    tenant=st.sampled_from(["lumiere", "polder"]),
    entity=st.sampled_from(["account", "invoice", "payment"]),
    code=st.sampled_from(["shifted", "unreadable"]),
    columns=st.sampled_from(["", "a", "a, b"]),
    file=st.sampled_from(["x", "y", "z"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    st.lists(some, max_size=12),
    st.integers(1, 4),
    st.sampled_from(["", "polder"]),
    st.sampled_from(["", "invoice"]),
)
def test_page_after_page_shows_every_group_once(
    wanted: list[Group], size: int, tenant: str, entity: str
) -> None:
    QuarantineEntry.objects.all().delete()
    for group in wanted:
        add(group)
    expected = Counter(
        group
        for group in wanted
        if (not tenant or group.tenant == tenant) and (not entity or group.entity == entity)
    )
    found: list[Group] = []
    while page := groups(tenant=tenant, entity=entity, after=found[-1] if found else None, most=size):
        found += page
    assert found == sorted(expected, key=lambda group: tuple(group.values.values()))
    assert {group: group.counted() for group in found} == expected


def test_a_group_is_counted_up_to_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "COUNTED", 2)
    add(A, 5)
    assert A.counted() == 3


def test_the_oldest_is_opened_first_and_the_newest_told() -> None:
    add(A, 3)
    ids = sorted(QuarantineEntry.objects.values_list("id", flat=True))
    oldest = A.oldest()
    assert oldest is not None
    assert (oldest.pk, A.newest()) == (ids[0], NOW + timedelta(seconds=ids[-1]))


def test_a_page_reads_a_few_rows_a_group_however_many_there_are() -> None:
    add(A, 30)
    add(replace(A, file="y"), 30)
    with CaptureQueriesContext(connection) as queries:
        assert len(groups(most=2)) == 2
    assert len(queries) <= 2
    assert all("LIMIT 1" in query["sql"] for query in queries)


def test_a_dismissed_group_is_gone_and_every_row_of_it_is_in_the_trail() -> None:
    add(A, 3)
    add(replace(A, file="y"))
    with acting(Actor(kind="user", id="ada"), source="admin"):
        assert dismiss_group(A, reason="test rows") == 3
    assert [group.file for group in every()] == ["y"]
    trail = Mutation.objects.filter(model="engine.quarantineentry")
    assert {(each.tenant, each.reason, each.actor_id) for each in trail} == {("lumiere", "test rows", "ada")}
    assert trail.count() == 3


def test_no_more_is_dismissed_at_once_than_a_request_can_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "AT_ONCE", 2)
    add(A, 3)
    with acting(Actor(kind="user", id="ada"), source="admin"):
        assert [dismiss_group(A, reason="x") for _ in range(3)] == [2, 1, 0]


def test_groups_of_a_brand_that_is_switched_off_are_found_too() -> None:
    Tenant.objects.update(active=False)
    add(A)
    assert groups(entity="account", most=5) == [A]
