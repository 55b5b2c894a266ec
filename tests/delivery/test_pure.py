"""Rules without a database: what an answer means, when to try again, when the breaker opens, what may be kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.delivery import breaker
from pipelines.delivery.excerpts import LENGTH, safe_excerpt
from pipelines.delivery.parcels import Document, batch, envelope
from pipelines.delivery.retrying import LONGEST_ASKED, LONGEST_WAIT, asked_wait, is_over, wait_after
from pipelines.delivery.verdict import Answer, Fate, Verdict, judge

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
FAILED, GOOD = Verdict(fate=Fate.AGAIN, failed=True, why="HTTP 500"), Verdict(fate=Fate.DELIVERED)
REFUSED = Verdict(fate=Fate.DEAD, why="HTTP 422: refused")


@pytest.mark.parametrize(
    ("answer", "fate", "failed"),
    [
        (Answer(), Fate.DELIVERED, False),  # a file that was written
        (Answer(status=200), Fate.DELIVERED, False),
        (Answer(status=202), Fate.DELIVERED, False),
        (Answer(status=299), Fate.DELIVERED, False),
        (Answer(status=199), Fate.AGAIN, True),
        (Answer(status=301), Fate.AGAIN, True),
        (Answer(status=308), Fate.AGAIN, True),
        (Answer(status=400), Fate.DEAD, False),
        (Answer(status=403), Fate.DEAD, True),  # not about this document
        (Answer(status=404), Fate.DEAD, True),
        (Answer(status=408), Fate.AGAIN, True),
        (Answer(status=410), Fate.AGAIN, False),
        (Answer(status=413), Fate.DEAD, False),
        (Answer(status=418), Fate.DEAD, False),
        (Answer(status=425), Fate.AGAIN, True),
        (Answer(status=429), Fate.AGAIN, True),
        (Answer(status=429, retry_after=5.0), Fate.AGAIN, False),  # it does what it should
        (Answer(status=500, retry_after=5.0), Fate.AGAIN, True),
        (Answer(status=503, retry_after=5.0), Fate.AGAIN, False),
        (Answer(status=599), Fate.AGAIN, True),
        (Answer(error="timeout"), Fate.AGAIN, True),
        (Answer(error="forbidden", detail="private"), Fate.AGAIN, True),  # until somebody mends the address
    ],
    ids=lambda value: f"{value.outcome}-{value.retry_after}" if isinstance(value, Answer) else str(value),
)
def test_what_an_answer_means(answer: Answer, fate: Fate, failed: bool) -> None:
    verdict = judge(answer)
    assert (verdict.fate, verdict.failed) == (fate, failed)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0", 1.0),
        ("999999999999999999999", LONGEST_ASKED.total_seconds()),
        ("Sun, 01 Jun 2025 12:05:00 GMT", 300.0),
        ("Sunday, 01-Jun-25 12:05:00 GMT", 300.0),  # the older form that receivers must not send, but do
        ("Sun, 01 Jun 2025 12:05:00", 300.0),
        ("Sun, 01 Jun 2025 14:05:00 +0200", 300.0),
        ("Sun, 01 Jun 2025 11:00:00 GMT", 1.0),  # in the past
        ("Sun, 01 Jun 2031 12:00:00 GMT", LONGEST_ASKED.total_seconds()),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),  # a digit, but not of ASCII
        ("Sun, 99 Jun 2025 12:05:00 GMT", None),
    ],
)
def test_what_retry_after_asks_for(header: str | None, seconds: float | None) -> None:
    assert asked_wait(header, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_anything(header: str) -> None:
    asked = asked_wait(header, NOW)
    assert asked is None or 1 <= asked <= LONGEST_ASKED.total_seconds()


def test_waits_double_up_to_an_hour() -> None:
    waits = [wait_after(attempts, 0.0).total_seconds() for attempts in (1, 2, 3, 9, 10, 1000)]
    assert waits == [10, 20, 40, 2560, 3600, 3600]


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_chance_takes_at_most_half_of_a_wait(attempts: int, chance: float) -> None:
    full = wait_after(attempts, 0.0)
    assert full / 2 <= wait_after(attempts, chance) <= full <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("attempts", "hours", "over"), [(24, 71, False), (25, 1, True), (1, 72, True), (1, 0, False)]
)
def test_when_it_is_over(attempts: int, hours: int, over: bool) -> None:
    age, limit = timedelta(hours=hours), timedelta(hours=72)
    assert is_over(attempts, age, max_attempts=25, max_age=limit) is over


def fed(*verdicts: Verdict, state: breaker.State | None = None) -> breaker.State:
    return breaker.after(state or breaker.State(), verdicts, NOW)


def test_five_failures_in_a_row_open_the_breaker() -> None:
    assert not fed(*[FAILED] * 4).resting(NOW)
    assert fed(*[FAILED] * 5).resting(NOW)


@pytest.mark.parametrize("between", [GOOD, REFUSED], ids=["good", "refused"])
def test_an_answer_in_between_starts_the_count_anew(between: Verdict) -> None:
    assert fed(*[FAILED] * 4, between, *[FAILED] * 4).failures == 4


def test_rests_double_up_to_a_quarter_of_an_hour() -> None:
    state, rests = fed(*[FAILED] * 5), []
    for _ in range(8):
        assert state.closed_until is not None
        rests.append((state.closed_until - NOW).total_seconds())
        state = fed(FAILED, state=state)
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_probe_closes_it_or_opens_it_again() -> None:
    opened = fed(*[FAILED] * 5)
    later = NOW + timedelta(seconds=31)
    assert opened.probes(later)
    assert breaker.after(opened, [GOOD], later) == breaker.State()
    assert breaker.after(opened, [FAILED], later).resting(later + timedelta(seconds=59))


def test_a_wait_that_was_asked_for_is_no_failure_and_outlasts_a_success() -> None:
    state = fed(Verdict(fate=Fate.AGAIN, wait=90.0, why="HTTP 429"), GOOD)
    assert (state.failures, state.closed_until) == (0, NOW + timedelta(seconds=90))
    assert fed(GOOD, state=state).resting(NOW)


def test_a_wait_that_is_asked_for_opens_no_open_breaker_further() -> None:
    opened = fed(*[FAILED] * 5)
    later = NOW + breaker.FIRST_REST
    asked = breaker.after(opened, [Verdict(fate=Fate.AGAIN, wait=5.0, why="HTTP 429")], later)
    assert (asked.openings, asked.closed_until) == (opened.openings, later + timedelta(seconds=5))


def test_a_shorter_wait_that_is_asked_for_cuts_no_rest_short() -> None:
    state = fed(*[FAILED] * 5, Verdict(fate=Fate.AGAIN, wait=1.0, why="HTTP 429"))
    assert state.closed_until == NOW + breaker.FIRST_REST


def document(body: str = "{}", key: str = "polder:A-S1", version: int = 1) -> Document:
    return Document(
        tenant="polder",
        topic="order",
        event="order.changed",
        key=key,
        version=version,
        body=body,
        created_at=NOW,
    )


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20)), st.text(min_size=1, max_size=20))
def test_an_envelope_is_one_line_of_json_with_the_document_unchanged(data: dict[str, str], key: str) -> None:
    line = envelope(document(json.dumps(data), key=key))
    assert b"\n" not in line
    opened = json.loads(line)
    assert (opened["data"], opened["key"]) == (data, key)


def test_the_id_of_a_batch_names_its_documents_in_their_order() -> None:
    one, two = document(version=1), document(version=2)
    assert batch([one, two]).id == batch([one, two]).id
    assert len({batch(those).id for those in ([one, two], [two, one], [one])}) == 3


SENT = envelope(
    document(json.dumps({"name": "Boris Krüger", "city": "Ulm", "price": "12.90", "phones": ["0151 5566"]}))
)


@pytest.mark.parametrize(
    ("answer", "media_type", "kept"),
    [
        ("field currency: unknown", "text/plain", "field currency: unknown"),
        ("field\n currency:\tunknown ", "text/plain; charset=utf-8", "field currency: unknown"),
        ('{"error": "too large"}', "application/json", '{"error": "too large"}'),
        ("Boris is unknown", "text/plain", ""),
        ("BORIS KRÜGER is unknown", "text/plain", ""),
        ("no such place: ulm", "text/plain", ""),
        ("0151 is no number", "text/plain", ""),
        ("12.90 is too much", "text/plain", ""),
        ("write to help@crm.example", "text/plain", ""),
        ("call 0800 123 4567", "text/plain", ""),
        ('"Kr\\u00fcger"', "application/json", ""),
        ("Kr%C3%BCger", "text/plain", ""),
        ("Kr&uuml;ger", "text/plain", ""),
        ("<html>error</html>", "text/html", ""),
        ("error", "", ""),
        ("a\x00b", "text/plain", ""),
        ("", "text/plain", ""),
        ("no " * 200, "text/plain", ("no " * 200)[:LENGTH]),
    ],
)  # fmt: skip
def test_what_is_kept_of_an_answer(answer: str, media_type: str, kept: str) -> None:
    assert safe_excerpt(answer.encode(), media_type, SENT) == kept


def test_what_is_no_text_is_not_kept() -> None:
    assert safe_excerpt(b"\xff\xfe", "text/plain", SENT) == ""


@given(
    st.text(st.characters(codec="utf-8"), min_size=3, max_size=30), st.text(max_size=30), st.text(max_size=30)
)
def test_no_word_of_a_document_is_ever_kept(word: str, before: str, behind: str) -> None:
    sent = envelope(document(json.dumps({"name": word})))
    kept = safe_excerpt(f"{before} {word} {behind}".encode(), "text/plain", sent)
    long_words = [part for part in word.casefold().split() if len(part) >= 3]
    assert not any(part in kept.casefold() for part in long_words)
