"""The brand of the enrichment's tests, with somebody who acts."""

from collections.abc import Iterator

import pytest

from audit.context import Actor, acting
from tests.billing.enrich.conftest import ada, brand

__all__ = ["ada", "brand"]


@pytest.fixture
def somebody() -> Iterator[None]:
    with acting(Actor(kind="user", id="ada"), source="admin"):
        yield
