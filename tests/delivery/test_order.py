"""Order per document, claims, batches, the breaker: what is sent when, and by whom."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from hub import clock
from hub.tenancy import every_tenant
from pipelines.delivery import claims, retrying
from pipelines.delivery.breaker import OPENS_AFTER
from pipelines.delivery.claims import Claim, Resting, claim, give_back
from pipelines.delivery.models import Attempt, Circuit, Delivery, Target
from pipelines.delivery.receipts import settle
from pipelines.delivery.sending import Tried, packed
from pipelines.delivery.verdict import Answer, judge
from tests.delivery.conftest import at_once, message, put, run, states, target_of
from tests.delivery.receiver import Receiver, Reply, Request

pytestmark = pytest.mark.django_db(transaction=True)
OPENED = "UPDATE delivery_delivery SET state = 'pending', due_at = created_at WHERE version = 1"


def claimed(target: Target, most: int = 100, due: Any = None) -> Claim:
    held = claim(target, most=most, due=due)
    assert isinstance(held, Claim)
    return held


def versions(held: Claim) -> list[tuple[str, int]]:
    return [(str(one.key).partition(":")[2], one.version) for one in held.deliveries]


def answered(target: Target, held: Claim, answer: Answer) -> Any:
    tried = [
        Tried(load=load, at=clock.now(), answer=answer, verdict=judge(answer))
        for load in packed(target, held)
    ]
    return settle(target, held, tried)


@pytest.fixture
def crm() -> Target:
    return target_of("https://crm.example/orders")


@pytest.mark.skipif(connection.vendor != "mysql", reason="SQLite has no such plan to choose wrongly")
def test_older_versions_are_looked_up_by_their_document_and_not_by_the_queue(crm: Target) -> None:
    put(*(message(f"A{number}", 1) for number in range(300)))
    with every_tenant():
        rows = Delivery.objects.filter(~claims.open_before(), target=crm, due_at__lte=clock.now())
        plan = rows.order_by("due_at", "id").explain()
    subquery = plan.splitlines()[-1]
    assert "delivery_of_key" in subquery
    assert "delivery_of_target" not in subquery


def test_only_the_oldest_open_version_of_a_document_is_taken(crm: Target) -> None:
    put(message("A", 1), message("A", 2), message("B", 1), message("B", 3))
    first = claimed(crm)
    assert versions(first) == [("A", 1), ("B", 1)]
    assert versions(claimed(crm)) == []
    answered(crm, first, Answer(status=200))
    assert versions(claimed(crm)) == [("A", 2), ("B", 3)]


def test_a_version_that_waits_for_its_retry_holds_up_the_next_one(crm: Target) -> None:
    put(message("A", 1), message("A", 2), message("B", 1))
    answered(crm, claimed(crm, most=1), Answer(status=500))
    assert versions(claimed(crm)) == [("B", 1)]


def test_versions_that_must_wait_take_no_room_in_a_claim(crm: Target) -> None:
    put(message("A", 1), message("A", 2), message("A", 3), message("B", 1))
    assert versions(claimed(crm, most=2)) == [("A", 1), ("B", 1)]


def test_a_version_that_was_opened_while_the_claim_looked_is_not_overtaken(crm: Target) -> None:
    """Somebody sends version 1 again between the reading of version 2 and the lock on it."""
    put(message("A", 1), message("A", 2))
    older = Delivery.objects.filter(version=1)
    older.update(state="dead", due_at=None)

    looks: list[str] = []

    def opening(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("SELECT") and "delivery_delivery" in sql:
            looks.append(sql)
            if len(looks) == 2:
                with closing(connection.connection.cursor()) as cursor:
                    cursor.execute(OPENED)
        return execute(sql, *rest)

    with connection.execute_wrapper(opening):
        assert versions(claimed(crm)) == []


def test_a_dead_version_holds_up_nothing(crm: Target) -> None:
    put(message("A", 1), message("A", 2))
    answered(crm, claimed(crm), Answer(status=422))
    assert versions(claimed(crm)) == [("A", 2)]


def test_targets_do_not_wait_for_each_other(crm: Target) -> None:
    other = target_of("https://mail.example/orders", name="mail")
    put(message("A", 1), message("A", 2))
    answered(crm, claimed(crm), Answer(status=200))
    assert versions(claimed(crm)) == [("A", 2)]
    assert versions(claimed(other)) == [("A", 1)]


def test_a_lapsed_claim_is_taken_over_and_its_late_receipt_changes_nothing(crm: Target) -> None:
    put(message("A", 1))
    dead = claimed(crm)
    later = clock.now() + timedelta(hours=1)
    with clock.fixed(later):
        again = claimed(crm)
        assert versions(again) == [("A", 1)]
        assert answered(crm, dead, Answer(status=500)).lost == 1
        assert answered(crm, dead, Answer(status=200)).lost == 1
        assert states() == {("A", 1): "sending"}
        assert answered(crm, again, Answer(status=200)).delivered == 1
        assert answered(crm, dead, Answer(status=500)).lost == 1
    assert states() == {("A", 1): "delivered"}
    assert Attempt.objects.count() == 4


def test_what_is_given_back_is_due_at_once_and_still_ours_alone_until_then(crm: Target) -> None:
    put(message("A", 1), message("B", 1))
    held = claimed(crm)
    assert give_back(held, held.deliveries[1:]) == 1
    assert versions(claimed(crm)) == [("B", 1)]
    assert give_back(held, held.deliveries[1:]) == 0  # somebody else's by now


def test_several_workers_share_what_is_due_and_take_nothing_twice(crm: Target) -> None:
    put(*(message(f"A{number}", version) for number in range(40) for version in (1, 2)))
    taken: list[tuple[str, int]] = []
    lock = threading.Lock()

    def work() -> None:
        while (held := claimed(crm, most=3)).deliveries:
            with lock:
                taken.extend(versions(held))
            answered(crm, held, Answer(status=200))

    at_once(work, 4)
    while (held := claimed(crm)).deliveries:  # a worker may have found all that was due locked, and gone
        taken.extend(versions(held))
        answered(crm, held, Answer(status=200))
    assert len(taken) == len(set(taken)) == 80
    for number in range(40):
        assert taken.index((f"A{number}", 1)) < taken.index((f"A{number}", 2))
    assert set(states().values()) == {"delivered"}


def test_the_breaker_opens_after_failures_of_the_target_and_lets_one_probe_through(
    target: Target, receiver: Receiver
) -> None:
    put(*(message(f"A{number}") for number in range(50)))
    receiver.usual = Reply(status=500)
    report = run()
    assert (
        OPENS_AFTER <= len(receiver.requests) <= OPENS_AFTER + 3
    )  # those of other threads were on their way
    assert report.skipped == 50 - len(receiver.requests)
    assert run().total.retried == 0
    sent = len(receiver.requests)
    with clock.fixed(clock.now() + timedelta(minutes=1)):
        run()
    assert len(receiver.requests) == sent + 1
    receiver.usual = Reply()
    with clock.fixed(clock.now() + timedelta(hours=2)):
        assert run().total.delivered == 50
    assert Circuit.objects.get().failures == 0


def test_one_bad_document_does_not_open_the_breaker(target: Target, receiver: Receiver) -> None:
    receiver.by_content = lambda request: Reply(status=422) if b'"bad"' in request.body else None
    put(*(message(f"A{number}", word="bad" if number < 20 else "good") for number in range(40)))
    counts = run().total
    assert (counts.dead, counts.delivered) == (20, 20)


def test_a_target_that_refuses_all_opens_the_breaker_before_all_are_dead(
    target: Target, receiver: Receiver
) -> None:
    receiver.usual = Reply(status=401)
    put(*(message(f"A{number}") for number in range(50)))
    run()
    assert OPENS_AFTER <= list(states().values()).count("dead") <= OPENS_AFTER + 3


def test_only_one_of_two_workers_probes(crm: Target) -> None:
    put(message("A"), message("B"))
    Circuit.objects.create(target=crm, failures=OPENS_AFTER, closed_until=clock.now() - timedelta(seconds=1))
    assert versions(claimed(crm)) == [("A", 1)]
    assert isinstance(claim(crm, most=9), Resting)


def test_who_read_the_breaker_before_another_took_the_probe_does_not_probe(crm: Target) -> None:
    Circuit.objects.create(target=crm, failures=OPENS_AFTER, closed_until=clock.now() - timedelta(seconds=1))
    read, until = Circuit.objects.get(target=crm), clock.now() + timedelta(minutes=1)
    assert [claims._may_probe(read, until) for _ in range(2)] == [True, False]


def test_a_probe_without_anything_to_send_holds_up_nothing(crm: Target) -> None:
    Circuit.objects.create(target=crm, failures=OPENS_AFTER, closed_until=clock.now() - timedelta(seconds=1))
    assert versions(claimed(crm)) == []
    put(message("A"))
    assert versions(claimed(crm)) == [("A", 1)]


@pytest.fixture
def batches(target: Target) -> Target:
    target.format, target.max_batch = Target.Format.BATCH, 10
    target.save()
    return target


def test_a_batch_has_a_line_for_each_document(batches: Target, receiver: Receiver) -> None:
    put(*(message(f"A{number}") for number in range(25)))
    assert run().total.delivered == 25
    assert sorted(len(request.documents) for request in receiver.requests) == [5, 10, 10]
    assert {request.headers["content-type"] for request in receiver.requests} == {"application/x-ndjson"}
    assert len({document["id"] for document in receiver.documents()}) == 25


@pytest.mark.parametrize(("first", "claims_of"), [("B", [["B"], ["A", "C"]]), ("A", [["A", "C"], ["B"]])])
def test_what_is_to_go_alone_is_claimed_alone(
    batches: Target, first: str, claims_of: list[list[str]]
) -> None:
    put(message("A"), message("B"), message("C"))
    Delivery.objects.filter(key="polder:B").update(alone=True)
    Delivery.objects.filter(key=f"polder:{first}").update(due_at=F("created_at") - timedelta(seconds=1))
    assert [[key for key, _ in versions(claimed(batches))] for _ in range(2)] == claims_of


def test_one_bad_document_in_a_batch_dies_alone(batches: Target, receiver: Receiver) -> None:
    def refuse(request: Request) -> Reply | None:
        return Reply(status=422) if b'"bad"' in request.body else None

    receiver.by_content = refuse
    put(*(message(f"A{number}", word="bad" if number == 3 else "good") for number in range(10)))
    run()
    run()
    assert sorted(states().items(), key=lambda one: one[1] != "dead")[0] == (("A3", 1), "dead")
    assert list(states().values()).count("delivered") == 9


def test_nothing_is_sent_that_could_outlast_its_claim(
    target: Target, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(message("A"), message("B"))
    monkeypatch.setattr(claims, "lifetime", lambda target: timedelta(seconds=target.answer_seconds - 1))
    assert run().total.delivered == 0
    assert (receiver.requests, set(states().values())) == ([], {"pending"})


def test_the_limit_holds(target: Target, receiver: Receiver) -> None:
    put(*(message(f"A{number}") for number in range(9)))
    assert run(limit=4).total.delivered == 4
    assert len(receiver.requests) == 4


def test_until_empty_waits_for_the_retry(
    target: Target, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "FIRST_WAIT", timedelta(milliseconds=200))
    receiver.next(Reply(status=500), Reply(status=500))
    put(message("A", 1), message("A", 2))
    assert run(until_empty=True).total.delivered == 2
    assert [document["version"] for document in receiver.documents()] == [1, 2]


def test_a_target_that_cannot_be_used_stops_no_other(target: Target, receiver: Receiver) -> None:
    broken = target_of(receiver.address, name="broken")
    broken.secrets.all().delete()
    put(message())
    report = run()
    assert (report.exit_code, report.total.delivered) == (1, 1)
    assert "secret" in next(each for each in report.targets if each.name == "broken").error


def test_nothing_is_sent_to_a_paused_target(target: Target, receiver: Receiver) -> None:
    Target.objects.update(paused=True, paused_because="holiday")
    put(message())
    report = run()
    assert (report.total.delivered, report.targets[0].note, report.exit_code) == (0, "paused: holiday", 0)
    assert receiver.requests == []


def test_the_oldest_is_sent_first(crm: Target) -> None:
    put(message("B"))
    put(message("A"))
    Delivery.objects.filter(key="polder:A").update(due_at=F("due_at") - timedelta(minutes=1))
    assert versions(claimed(crm)) == [("A", 1), ("B", 1)]


def test_files_hold_lines_in_order_and_number_up(db: None, tmp_path: Path, settings: Any) -> None:
    settings.HUB_DELIVERY_FOLDER = str(tmp_path)
    target_of("crm/orders", kind="folder", max_batch=3, name="archive")
    put(message("A", 1), message("A", 2), message("B", 1), message("C", 1), message("D", 1))
    assert run().total.delivered == 5
    files = sorted((tmp_path / "crm" / "orders").iterdir())
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert len(files) == 2 or len(files) == 3
    assert len(lines) == 5
    assert [file.name.split("-")[1] for file in files] == [
        f"{number:09}" for number in range(1, len(files) + 1)
    ]
    assert lines.index(next(line for line in lines if '"order:polder:A:1"' in line)) < lines.index(
        next(line for line in lines if '"order:polder:A:2"' in line)
    )


def test_a_folder_that_cannot_be_written_is_tried_again(db: None, tmp_path: Path, settings: Any) -> None:
    settings.HUB_DELIVERY_FOLDER = str(tmp_path)
    (tmp_path / "crm").write_text("a file stands in the way")
    target_of("crm", kind="folder", name="archive")
    put(message())
    assert run().total.retried == 1
    (tmp_path / "crm").unlink()
    Delivery.objects.update(due_at=clock.now())
    assert run().total.delivered == 1
    assert [file.suffix for file in (tmp_path / "crm").iterdir()] == [".jsonl"]
