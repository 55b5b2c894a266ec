"""What a receiver answers, over real sockets, and what becomes of the document and the target."""

import io
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from audit.context import Actor
from hub import clock, progress
from hub.progress import LogMeter
from pipelines.delivery.delivering import Selection, deliver
from pipelines.delivery.models import Attempt, Circuit, Delivery, Target
from pipelines.delivery.sending import THREADS
from tests.delivery.conftest import message, put, run, states
from tests.delivery.receiver import Receiver, Reply, receiving

pytestmark = pytest.mark.django_db(transaction=True)


def only() -> Delivery:
    return Delivery.objects.get()


def receipt() -> Attempt:
    return Attempt.objects.get()


def name_of(value: Reply | str) -> str:
    if isinstance(value, str):
        return value
    oddities = [name for name in ("delay", "drip", "cut", "reset", "endless") if getattr(value, name)]
    return "-".join([str(value.status), str(len(value.body)), *oddities])


def test_a_document_is_delivered_once(target: Target, receiver: Receiver) -> None:
    put(message(price="12.00"))
    assert run().total.as_dict() == {"delivered": 1, "retried": 0, "dead": 0, "lost": 0}
    assert run().total.delivered == 0
    (document,) = receiver.documents()
    assert document == {
        "data": {"price": "12.00"},
        "id": "order:polder:A-S1:1",
        "key": "polder:A-S1",
        "tenant": "polder",
        "timestamp": document["timestamp"],
        "topic": "order",
        "type": "order.changed",
        "version": 1,
    }
    assert (only().state, only().attempts, only().due_at) == ("delivered", 1, None)


@pytest.mark.parametrize(
    ("reply", "state", "outcome"),
    [
        (Reply(status=200), "delivered", "delivered"),
        (Reply(status=204, body=b""), "delivered", "delivered"),
        (Reply(status=302, headers={"location": "https://elsewhere.example/x"}), "waiting", "http_302"),
        (Reply(status=304, body=b""), "waiting", "http_304"),
        (Reply(status=400), "dead", "http_400"),
        (Reply(status=401), "dead", "http_401"),
        (Reply(status=404), "dead", "http_404"),
        (Reply(status=408), "waiting", "http_408"),
        (Reply(status=409), "dead", "http_409"),
        (Reply(status=422), "dead", "http_422"),
        (Reply(status=425), "waiting", "http_425"),
        (Reply(status=429), "waiting", "http_429"),
        (Reply(status=500), "waiting", "http_500"),
        (Reply(status=501), "waiting", "http_501"),
        (Reply(status=503), "waiting", "http_503"),
        (Reply(delay=3.0), "waiting", "timeout"),
        (Reply(body=b"x" * 100, drip=0.1), "waiting", "timeout"),  # never a long silence, but too long in all
        (Reply(body=b"x" * 100, cut=True), "waiting", "broken"),
        (Reply(reset=True), "waiting", "broken"),
        (Reply(endless=True), "delivered", "delivered"),  # only the start is read
    ],
    ids=name_of,
)  # fmt: skip
def test_an_answer_decides(
    target: Target, receiver: Receiver, reply: Reply, state: str, outcome: str
) -> None:
    receiver.next(reply)
    put(message())
    run()
    assert (only().state, receipt().outcome) == (state, outcome)
    assert len(receiver.requests) == 1


def test_a_waiting_document_is_sent_again_under_its_key(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=500), Reply(body=b"half", cut=True))
    put(message())
    for _ in range(3):
        run()
        Delivery.objects.filter(state="waiting").update(due_at=clock.now())
    assert only().state == "delivered"
    assert [request.headers["idempotency-key"] for request in receiver.requests] == [
        "order:polder:A-S1:1"
    ] * 3
    assert len({request.body for request in receiver.requests}) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_lets_the_whole_target_rest(
    target: Target, receiver: Receiver, status: int
) -> None:
    put(message("A-S1"), message("A-S2"))
    receiver.usual = Reply(status=status, headers={"retry-after": "90"})
    before = clock.now()
    run(limit=1)
    report = run()
    assert (report.total.retried, report.skipped) == (0, 1)
    until = Circuit.objects.get().closed_until
    assert until is not None
    assert timedelta(seconds=89) < until - before < timedelta(seconds=95)
    assert Circuit.objects.get().failures == 0


def test_retry_after_as_a_date_is_honoured(target: Target, receiver: Receiver) -> None:
    date = format_datetime((clock.now() + timedelta(seconds=300)).astimezone(UTC), usegmt=True)
    receiver.next(Reply(status=503, headers={"retry-after": date}))
    put(message())
    before = clock.now()
    run()
    due = only().due_at
    assert due is not None
    assert timedelta(seconds=295) < due - before < timedelta(seconds=305)


def test_retry_after_a_week_is_cut_to_an_hour(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=429, headers={"retry-after": "604800"}))
    put(message())
    run()
    due = only().due_at
    assert due is not None
    assert due - clock.now() <= timedelta(hours=1)


def test_gone_pauses_the_target_and_keeps_its_documents(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=410))
    put(message("A-S1"))
    report = run()
    assert report.exit_code == 3
    target.refresh_from_db()
    assert target.paused
    assert "410" in target.paused_because
    put(message("A-S2"))
    run()
    assert states() == {("A-S1", 1): "waiting", ("A-S2", 1): "pending"}
    assert len(receiver.requests) == 1


def test_nothing_more_is_sent_once_the_receiver_wants_nothing_any_more(
    target: Target, receiver: Receiver
) -> None:
    receiver.usual = Reply(status=410)
    put(*(message(f"A-S{number}") for number in range(30)))
    run()
    assert len(receiver.requests) <= THREADS  # those of other threads were on their way


def test_a_redirect_is_not_followed_and_names_only_the_host(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=307, headers={"location": "https://elsewhere.example/token-4711"}))
    put(message())
    run()
    assert "elsewhere.example" in only().last_error
    assert "4711" not in only().last_error
    assert len(receiver.requests) == 1


def test_a_dead_receiver_comes_back(target: Target, receiver: Receiver, certificate: Path) -> None:
    target.address = "https://localhost:1/orders"
    target.save()
    put(message())
    assert run().total.retried == 1
    assert receipt().outcome == "refused"
    with receiving(Receiver(), certificate) as back:
        target.address = back.address
        target.save()
        Delivery.objects.update(due_at=clock.now())
        assert run().total.delivered == 1


def test_too_many_attempts_make_a_dead_letter_with_the_reason(target: Target, receiver: Receiver) -> None:
    target.max_attempts = 2
    target.save()
    receiver.usual = Reply(status=500)
    put(message())
    run()
    Delivery.objects.update(due_at=clock.now())
    assert run().exit_code == 3
    assert (only().state, only().last_error, only().message.body is None) == ("dead", "HTTP 500", False)


def test_the_report_says_why_documents_were_not_taken(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=422, body=b"Boris is not welcome"))
    receiver.usual = Reply(status=503)
    put(message("A"), message("B"), message("C"))
    report = run()
    assert report.as_dict()["targets"][0]["reasons"] == {"HTTP 422: refused": 1, "HTTP 503": 2}
    told = io.StringIO()
    report.show(Console(file=told, width=160))
    assert "HTTP 503 | HTTP 422: refused" in told.getvalue()
    assert "Boris" not in told.getvalue()


def test_progress_is_told_under_the_name_of_the_target(
    target: Target, receiver: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    put(message("A"), message("B"))
    with caplog.at_level("INFO", logger="hub.progress"):
        deliver(Selection(), by=Actor.command("deliver"), meter=LogMeter())
    assert caplog.messages == [
        "deliver to crm: begins",
        "deliver to crm: goes on, 2 delivered",
        "deliver to crm: ends, 2 delivered",
    ]


def test_a_target_that_rests_says_its_reason_once(target: Target, receiver: Receiver) -> None:
    receiver.usual = Reply(status=503)
    put(*(message(str(number)) for number in range(THREADS * 3)))
    run()
    put(message("late"))
    (part,) = run().targets
    assert (part.matter, part.reasons) == ("HTTP 503", {})


def test_too_long_makes_a_dead_letter(target: Target, receiver: Receiver) -> None:
    receiver.usual = Reply(status=500)
    put(message())
    run()
    Delivery.objects.update(due_at=clock.now(), first_attempt_at=clock.now() - timedelta(hours=72))
    run()
    assert only().state == "dead"


def test_a_certificate_nobody_vouches_for_is_refused(target: Target, settings: Any) -> None:
    settings.HUB_DELIVERY_CA_FILE = ""
    put(message())
    run()
    assert receipt().outcome == "tls"


def test_nothing_in_a_receipt_repeats_what_was_sent(target: Target, receiver: Receiver) -> None:
    receiver.next(
        Reply(status=422, body=b"Boris is not welcome"), Reply(status=422, body=b"field name: too long")
    )
    put(message("A-S1", name="Boris Ivanov"), message("A-S2", name="Boris Ivanov"))
    run(limit=1)
    run()
    assert sorted(Attempt.objects.values_list("excerpt", flat=True)) == ["", "field name: too long"]
