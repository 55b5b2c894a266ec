"""What people decide: send again, dismiss, give up; what is forgotten when everybody has it; what doctor says."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from audit.models import Mutation
from hub import clock
from hub.errors import UsageError
from pipelines.delivery import doctor, pruning
from pipelines.delivery.again import Result, dismiss, redrive, redrive_all, resend
from pipelines.delivery.models import Circuit, Delivery, OutboxMessage, Target
from pipelines.delivery.pausing import abandon, pause, resume
from pipelines.delivery.pruning import prune
from tests.delivery.conftest import message, put, run, states, target_of
from tests.delivery.receiver import Receiver, Reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crm() -> Target:
    return target_of("https://crm.example/orders")


def stand(key: str, version: int, state: str, *, attempts: int = 1) -> Delivery:
    """Put a delivery into a state."""
    delivery = Delivery.objects.get(key=f"polder:{key}", version=version)
    delivery.state, delivery.attempts = state, attempts
    delivery.due_at = clock.now() if state in {"pending", "sending", "waiting"} else None
    delivery.settled_at = None if delivery.due_at else clock.now()
    delivery.save()
    return delivery


def test_a_lost_document_is_sent_again_under_its_key(target: Target, receiver: Receiver) -> None:
    put(message())
    run()
    assert resend(Delivery.objects.get(), reason="they lost it") is Result.DUE
    run()
    assert [document["id"] for document in receiver.documents()] == ["order:polder:A-S1:1"] * 2
    assert Mutation.objects.get(model="delivery.delivery").reason == "they lost it"


def test_a_dead_letter_is_driven_again(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=422))
    put(message())
    run()
    assert redrive(Delivery.objects.get(), reason="mended") is Result.DUE
    run()
    assert states() == {("A-S1", 1): "delivered"}


@pytest.mark.parametrize(
    ("newer", "attempts", "result", "state"),
    [
        ("delivered", 1, Result.OVERTAKEN, "superseded"),
        ("sending", 0, Result.OVERTAKEN, "superseded"),
        ("waiting", 1, Result.OVERTAKEN, "superseded"),  # its answer was lost, perhaps not the document
        ("pending", 0, Result.DUE, "pending"),
        ("dead", 3, Result.DUE, "pending"),
    ],
)
def test_an_older_version_never_follows_a_newer_one(
    crm: Target, newer: str, attempts: int, result: Result, state: str
) -> None:
    put(message("A", 1), message("A", 2))
    stand("A", 2, newer, attempts=attempts)
    assert redrive(stand("A", 1, "dead"), reason="try") is result
    assert states()["A", 1] == state


def test_a_newer_version_may_follow_the_older_one(crm: Target) -> None:
    put(message("A", 1), message("A", 2))
    stand("A", 1, "delivered")
    assert redrive(stand("A", 2, "dead"), reason="mended") is Result.DUE


def test_an_overtaken_document_is_not_sent_again(crm: Target) -> None:
    put(message("A", 1), message("A", 2))
    stand("A", 2, "delivered")
    assert resend(stand("A", 1, "delivered"), reason="try") is Result.OVERTAKEN
    assert states()["A", 1] == "delivered"


def test_many_dead_letters_are_driven_again_in_order(crm: Target) -> None:
    put(message("A", 1), message("A", 2), message("B", 1))
    for key, version in (("A", 1), ("A", 2), ("B", 1)):
        stand(key, version, "dead")
    assert redrive_all(Delivery.objects.all(), reason="all", most=2)[Result.DUE] == 2
    assert states() == {("A", 1): "pending", ("A", 2): "pending", ("B", 1): "dead"}


@pytest.mark.parametrize("state", ["pending", "sending", "waiting", "delivered", "superseded"])
def test_only_dead_letters_are_driven_or_dismissed(crm: Target, state: str) -> None:
    put(message("A"))
    delivery = stand("A", 1, state)
    assert redrive(delivery, reason="try") is Result.NOT_NOW
    assert not dismiss(delivery, reason="try")
    assert states() == {("A", 1): state}


def test_giving_up_takes_a_pause_and_leaves_a_trail(crm: Target) -> None:
    put(message("A"), message("B"), message("C"))
    stand("B", 1, "dead")
    stand("C", 1, "delivered")
    with pytest.raises(UsageError):
        abandon(crm, reason="gone")
    assert pause(crm, reason="gone")
    assert not pause(crm, reason="gone")
    assert abandon(crm, reason="gone for good") == 2
    assert states() == {("A", 1): "dismissed", ("B", 1): "dismissed", ("C", 1): "delivered"}
    assert Mutation.objects.filter(reason="gone for good").count() == 1


def test_pause_and_resume_keep_a_version_of_the_target(crm: Target) -> None:
    pause(crm, reason="a")
    resume(crm, reason="b")
    assert not resume(crm, reason="b")
    assert [one.paused for one in Target.history.order_by("history_id")] == [False, True, False]


@pytest.mark.parametrize(
    ("state", "pruned"),
    [("delivered", 1), ("superseded", 1), ("dismissed", 1), ("dead", 0), ("pending", 0), ("waiting", 0)],
)
def test_a_body_is_forgotten_when_everybody_has_had_it_long_enough(
    crm: Target, state: str, pruned: int
) -> None:
    put(message("A"))
    stand("A", 1, state)
    assert prune(days=30).pruned == 0
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert prune(days=30).pruned == pruned
        assert prune(days=30).pruned == 0
    assert OutboxMessage.objects.filter(body=None).count() == pruned


def test_a_body_stays_while_one_of_two_targets_waits_for_it(crm: Target) -> None:
    other = target_of("https://mail.example/orders", name="mail")
    put(message("A"))
    Delivery.objects.filter(target=crm).update(state="delivered", due_at=None, settled_at=clock.now())
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert prune(days=30).pruned == 0
        Delivery.objects.filter(target=other).update(state="delivered", due_at=None, settled_at=clock.now())
        assert prune(days=30).pruned == 0  # the last one had it only now
    with clock.fixed(clock.now() + timedelta(days=62)):
        assert prune(days=30).pruned == 1


@pytest.mark.parametrize("days", ["-1", "36501", "999999999", "99999999999999999999"])
def test_days_beyond_the_calendar_are_wrong_usage(days: str) -> None:
    with pytest.raises(UsageError, match="--days must be between 0 and 36500"):
        call_command("prune_deliveries", "--days", days)


def test_a_body_that_is_needed_again_when_it_is_to_go_stays(
    crm: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(message("A"))
    stand("A", 1, "pending")
    found = iter([[OutboxMessage.objects.get().pk], []])
    monkeypatch.setattr(pruning, "_next", lambda days, last: next(found))
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert prune(days=30).pruned == 0
    assert OutboxMessage.objects.get().body


def test_giving_up_leaves_what_was_overtaken_as_it_is(crm: Target) -> None:
    put(message("A", 1), message("A", 2), message("B"))
    stand("A", 1, "superseded")
    stand("A", 2, "delivered")
    pause(crm, reason="gone")
    assert abandon(crm, reason="it will not come back") == 1
    assert states() == {("A", 1): "superseded", ("A", 2): "delivered", ("B", 1): "dismissed"}


def test_a_target_that_is_resumed_waits_for_no_breaker(crm: Target) -> None:
    rests = {
        "failures": 7,
        "openings": 2,
        "closed_until": clock.now() + timedelta(hours=1),
        "reason": "HTTP 500",
    }
    Circuit.objects.create(target=crm, **rests)
    pause(crm, reason="holiday")
    resume(crm, reason="back")
    circuit = Circuit.objects.get()
    assert [getattr(circuit, name) for name in rests] == [0, 0, None, ""]


def test_a_pruned_document_is_not_sent_again(crm: Target) -> None:
    put(message("A"))
    delivery = stand("A", 1, "delivered")
    OutboxMessage.objects.update(body=None, pruned_at=clock.now())
    assert resend(delivery, reason="lost") is Result.NOT_NOW


def test_doctor_is_content_with_nothing_and_with_all_delivered(crm: Target) -> None:
    answers = [check() for check in (doctor.no_letter_is_dead, doctor.targets_run, doctor.nothing_waits_long)]
    assert {answer.level for answer in answers} == {"ok"}
    assert doctor.targets_are_usable().level == "ok"


def test_doctor_names_what_somebody_must_look_at(crm: Target) -> None:
    put(message("A"), message("B"))
    stand("A", 1, "dead")
    assert doctor.no_letter_is_dead().message == "dead letters: 1 of crm"
    with clock.fixed(clock.now() + timedelta(hours=1)):
        assert "1 documents wait for crm" in doctor.nothing_waits_long().message
    Circuit.objects.create(
        target=crm, failures=5, closed_until=clock.now() + timedelta(hours=1), reason="HTTP 500"
    )
    assert doctor.targets_run().message == "crm rests: HTTP 500"
    pause(crm, reason="holiday")
    assert doctor.targets_run().message == "crm is paused (holiday) and 1 documents wait"


def test_doctor_says_that_a_target_cannot_be_used(crm: Target) -> None:
    crm.secrets.all().delete()
    assert doctor.targets_are_usable().level == "fail"


def told(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_the_command_reports_its_counters(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=422))
    put(message("A"), message("B"))
    report = told("deliver", "--target", "crm")
    assert (report["status"], report["total"]) == (
        "done", {"delivered": 1, "retried": 0, "dead": 1, "lost": 0, "skipped": 0},
    )  # fmt: skip
    out = StringIO()
    call_command("deliver", stdout=out)
    assert "status: done" in out.getvalue()


def test_wrong_arguments_are_told(target: Target) -> None:
    with pytest.raises(UsageError, match="no target is called nobody"):
        call_command("deliver", "--target", "nobody")
    with pytest.raises(UsageError, match="--limit"):
        call_command("deliver", "--limit", "0")
    with pytest.raises(UsageError, match="--days"):
        call_command("prune_deliveries", "--days", "-1")


def test_pruning_reports_how_many(crm: Target) -> None:
    put(message("A"))
    stand("A", 1, "delivered")
    assert told("prune_deliveries", "--days", "0") == {
        "job": "prune_deliveries", "status": "done", "days": 0, "pruned": 1,
    }  # fmt: skip


def test_without_a_target_the_command_says_what_to_do(db: None) -> None:
    out = StringIO()
    call_command("deliver", stdout=out)
    assert "Add one under Targets" in out.getvalue()
