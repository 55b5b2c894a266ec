"""The real `deliver`, killed, raced and interrupted: nothing is lost, repeats carry their key, order is kept."""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.receiver import Receiver, Reply, Request, receiving
from tests.process.conftest import Hub

KEYS, VERSIONS, KILLS = 60, 3, 6
ENQUEUE = """
from django.db import transaction
from hub.tenancy import every_tenant
from pipelines.delivery.models import Target
from pipelines.delivery.outbox import Message, enqueue
from pipelines.delivery.secrets import keep_secret
from pipelines.delivery.signing import new_secret
target = Target.objects.create(name="crm", topic="order", kind={kind!r}, address={address!r}, allow_private=True,
                               connect_seconds=1, answer_seconds=1, max_batch=7, format={format!r})
keep_secret(target, new_secret())
for version in range(1, {versions} + 1):
    with transaction.atomic():
        enqueue([Message(tenant="polder", topic="order", event="order.changed", key=f"A-S{{number}}", version=version,
                         body='{{"n":%d}}' % version) for number in range({keys})])
"""


@dataclass
class DeliveringHub(Hub):
    """One that may deliver to this machine; a dead worker's claims lapse after three seconds."""

    folder: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "HUB_DELIVERY_ALLOW_PRIVATE": "1",
            "HUB_DELIVERY_CLAIM_SECONDS": "1",
            "HUB_DELIVERY_FOLDER": str(self.folder),
        }
        return super().environment | own

    def enqueue(self, address: str, *, kind: str = "https", form: str = "single") -> None:
        code = ENQUEUE.format(kind=kind, address=address, format=form, versions=VERSIONS, keys=KEYS)
        done, _, err = self.run("shell", "-v0", "-c", code)
        assert done == 0, err

    def states(self) -> Counter[str]:
        return Counter(state for (state,) in self.rows("SELECT state FROM delivery_delivery"))


@pytest.fixture
def delivering(hub: Hub, tmp_path: Path) -> DeliveringHub:
    return DeliveringHub(database=hub.database, lake=hub.lake, folder=tmp_path / "delivered")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as started:
        yield started


def assert_all_in_order(documents: list[dict[str, Any]]) -> None:
    """Each version arrived, under one key of its own, and no older one after a newer one of the same document."""
    ids: dict[tuple[str, int], set[str]] = {}
    newest: dict[str, int] = {}
    for document in documents:
        key, version = document["key"], document["version"]
        ids.setdefault((key, version), set()).add(document["id"])
        assert version >= newest.get(key, 0), f"{key}: {version} after {newest[key]}"
        newest[key] = version
    assert len(ids) == KEYS * VERSIONS
    assert all(len(those) == 1 for those in ids.values())
    assert len(set().union(*ids.values())) == KEYS * VERSIONS


def kill_at_random(hub: DeliveringHub, dice: random.Random) -> int:
    """Start and kill; returns how many were at work when they were killed."""
    killed = 0
    for turn in range(KILLS):
        processes = [hub.start("deliver", "--until-empty") for _ in range(1 + turn % 2)]
        time.sleep(dice.uniform(0.8, 2.2))
        for process in processes:
            killed += process.poll() is None
            process.kill()
            process.communicate()
    return killed


@pytest.mark.parametrize("form", ["single", "batch"])
def test_killed_at_random_moments_nothing_is_lost_or_out_of_order(
    delivering: DeliveringHub, receiver: Receiver, form: str
) -> None:
    dice = random.Random(time.time_ns())
    odd = iter([Reply(status=500), Reply(reset=True), Reply(body=b"half", cut=True)])

    def answer(request: Request) -> Reply:
        time.sleep(dice.uniform(0.0, 0.2))
        if len(receiver.requests) % 20 == 0:
            return next(odd, Reply())
        return Reply(delay=dice.uniform(0.0, 0.1))

    receiver.by_content = answer
    delivering.enqueue(receiver.address, form=form)
    assert kill_at_random(delivering, dice), "no pass was alive when it was to be killed"
    code, _, err = delivering.run("deliver", "--until-empty")
    assert code == 0, err
    assert delivering.states() == {"delivered": KEYS * VERSIONS}
    assert_all_in_order([document for request in receiver.requests for document in request.documents])


def test_files_of_killed_writers_hold_everything_in_the_order_of_their_names(
    delivering: DeliveringHub,
) -> None:
    delivering.enqueue("crm", kind="folder")
    kill_at_random(delivering, random.Random(time.time_ns()))
    assert delivering.run("deliver", "--until-empty")[0] == 0
    files = sorted((delivering.folder / "crm").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert_all_in_order([json.loads(line) for line in lines])


def test_sigterm_ends_the_pass_between_two_sends(delivering: DeliveringHub, receiver: Receiver) -> None:
    receiver.usual = Reply(delay=0.2)
    delivering.enqueue(receiver.address)
    process = delivering.start("deliver", "--json")
    while not receiver.requests:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, json.loads(out)["status"]) == (1, "interrupted")
    assert delivering.states() == {
        "delivered": len(receiver.requests),
        "pending": KEYS * VERSIONS - len(receiver.requests),
    }


def test_two_at_once_send_nothing_twice(delivering: DeliveringHub, receiver: Receiver) -> None:
    delivering.enqueue(receiver.address)
    processes = [delivering.start("deliver", "--until-empty", "--json") for _ in range(2)]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    reports = [json.loads(out) for out, _, _ in ends]
    assert [code for _, _, code in ends] == [0, 0]
    assert sum(report["total"]["delivered"] for report in reports) == KEYS * VERSIONS
    assert sum(report["total"]["lost"] for report in reports) == 0
    assert len(receiver.requests) == KEYS * VERSIONS
    assert_all_in_order(receiver.documents())
