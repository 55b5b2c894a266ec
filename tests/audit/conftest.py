from collections.abc import Iterator

import pytest

from audit.context import Actor, acting
from hub.tenancy import every_tenant


@pytest.fixture
def as_import(db: None) -> Iterator[None]:
    """A transaction in which the nightly import of run 7 acts, seeing every tenant."""
    with acting(Actor.command("import_billing"), source="import", run_id=7), every_tenant():
        yield
