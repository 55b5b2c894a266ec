"""A receiver, a target that delivers to it, and a short way to enqueue documents and to run a pass."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection, transaction

from audit.context import Actor, acting
from hub.progress import SilentMeter
from hub.tenancy import every_tenant
from pipelines.delivery.delivering import Selection, deliver
from pipelines.delivery.models import Delivery, Target
from pipelines.delivery.outbox import Message, enqueue
from pipelines.delivery.report import DeliveryReport
from pipelines.delivery.secrets import keep_secret
from tests.delivery.receiver import Receiver, certify, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADA = Actor(kind="user", id="ada")


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    with every_tenant(), acting(ADA, source="test"):
        yield


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certify(tmp_path_factory.mktemp("tls") / "receiver.pem")


@pytest.fixture
def receiver(certificate: Path, settings: Any) -> Iterator[Receiver]:
    """Over TLS, on this machine, which is allowed."""
    settings.HUB_DELIVERY_ALLOW_PRIVATE = True
    settings.HUB_DELIVERY_CA_FILE = str(certificate)
    with receiving(Receiver(), certificate) as started:
        yield started


def target_of(address: str, **changed: Any) -> Target:
    fields = {"name": "crm", "topic": "order", "address": address, "allow_private": True, "answer_seconds": 2}
    target = Target.objects.create(**(fields | changed))
    if target.kind == Target.Kind.HTTPS:
        keep_secret(target, SECRET)
    return target


@pytest.fixture
def target(db: None, receiver: Receiver) -> Target:
    return target_of(receiver.address)


def message(key: str = "A-S1", version: int = 1, *, tenant: str = "polder", **body: Any) -> Message:
    text = orjson.dumps(body or {"order": key, "version": version}, option=orjson.OPT_SORT_KEYS).decode()
    return Message(
        tenant=tenant, topic="order", event="order.changed", key=f"{tenant}:{key}", version=version, body=text
    )


def put(*messages: Message) -> int:
    with transaction.atomic():
        return enqueue(messages)


def run(**selection: Any) -> DeliveryReport:
    return deliver(Selection(**selection), by=Actor.command("deliver"), meter=SilentMeter())


def at_once(work: Callable[[], object], times: int) -> None:
    """Work done by several threads, each with a connection of its own. What one raises is raised here."""

    def alone() -> None:
        try:
            with every_tenant():
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        for each in [threads.submit(alone) for _ in range(times)]:
            each.result()


def states(**filters: Any) -> dict[tuple[str, int], str]:
    rows = Delivery.objects.filter(**filters).order_by("key", "version")
    return {(str(row.key).partition(":")[2], row.version): row.state for row in rows}
