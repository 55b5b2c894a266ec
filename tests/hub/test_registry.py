"""Registries: names are unique, unknown ones are answered with what is known."""

import pytest

from hub import personal
from hub.errors import ConfigError
from hub.registry import Job, Registry


@pytest.fixture
def jobs() -> Registry[Job]:
    registry: Registry[Job] = Registry("job")
    registry.add(Job(name="b_later"))
    registry.add(Job(name="a_first", cron="0 3 * * *"))
    return registry


def test_entries_come_by_name(jobs: Registry[Job]) -> None:
    assert jobs.get("a_first").cron == "0 3 * * *"


def test_entries_are_in_the_order_of_their_names(jobs: Registry[Job]) -> None:
    assert [job.name for job in jobs] == jobs.names() == ["a_first", "b_later"]


def test_the_same_entry_may_register_twice(jobs: Registry[Job]) -> None:
    jobs.add(Job(name="b_later"))
    assert len(list(jobs)) == 2


def test_another_entry_of_the_same_name_is_refused(jobs: Registry[Job]) -> None:
    with pytest.raises(ConfigError, match="two jobs are called b_later"):
        jobs.add(Job(name="b_later", after="a_first"))


def test_an_unknown_name_is_answered_with_the_known_ones(jobs: Registry[Job]) -> None:
    with pytest.raises(ConfigError, match="no job is called c") as error:
        jobs.get("c")
    assert error.value.hint == "known: a_first, b_later"


def test_a_model_without_personal_columns_has_none() -> None:
    assert personal.columns_of("nobody.nothing") == frozenset()


def test_billing_names_the_personal_columns_of_its_contacts() -> None:
    assert {"first_name", "last_name", "work_email"} <= personal.all_columns()["billing.contact"]
