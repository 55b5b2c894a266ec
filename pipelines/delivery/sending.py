"""Sending what was claimed: parcels over several threads, until one answer says that the target has had enough."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime

from hub import clock
from hub.commands import SHORT_NAP, stop_requested
from pipelines.delivery import breaker
from pipelines.delivery.claims import Claim
from pipelines.delivery.files import file_name
from pipelines.delivery.models import Delivery, Target
from pipelines.delivery.parcels import NDJSON, Document, Parcel, batch, single
from pipelines.delivery.sender import Sender
from pipelines.delivery.verdict import Answer, Verdict, judge

THREADS = 4  # requests at a time to one target, of one process
PARCEL_BYTES = 4 << 20  # of a request with many documents, about


@dataclass(frozen=True, kw_only=True)
class Load:
    """A parcel with the deliveries in it."""

    parcel: Parcel
    deliveries: Sequence[Delivery]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A load, when it was sent, and what came of it."""

    load: Load
    at: datetime
    answer: Answer
    verdict: Verdict


@dataclass(kw_only=True)
class _Work:
    """What the threads share."""

    loads: Iterator[Load]
    held: Claim
    seconds: float
    state: breaker.State
    tried: list[Tried] = field(default_factory=list)
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Load | None:
        """The next load that may still be sent: nobody asked to stop, the target does well, the claim lasts."""
        with self.lock:
            if self.ended or stop_requested() or not self.held.lasts(self.seconds):
                return None
            return next(self.loads, None)

    def done(self, tried: Tried) -> None:
        with self.lock:
            self.tried.append(tried)
            self.state = breaker.after(self.state, [tried.verdict], clock.now())
            self.ended = self.ended or tried.verdict.gone or self.state.resting(clock.now())


def send_all(sender: Sender, target: Target, held: Claim, pool: ThreadPoolExecutor) -> list[Tried]:
    """Send a claim's deliveries; those that are in no answer were not tried."""
    loads = list(packed(target, held))
    work = _Work(loads=iter(loads), held=held, seconds=target.answer_seconds, state=_fresh(held))
    threads = min(THREADS, len(loads))
    begun = [pool.submit(copy_context().run, _send, sender, work) for _ in range(threads)]
    while wait(begun, timeout=SHORT_NAP).not_done:  # awake, so that a signal is answered
        pass
    for one in begun:
        one.result()
    return work.tried


def _fresh(held: Claim) -> breaker.State:
    """A probe is sent although the breaker is not closed yet."""
    return breaker.State(failures=held.state.failures, openings=held.state.openings)


def _send(sender: Sender, work: _Work) -> None:
    while load := work.next():
        at = clock.now()
        answer = sender.send(load.parcel)
        work.done(Tried(load=load, at=at, answer=answer, verdict=judge(answer)))


def packed(target: Target, held: Claim) -> Iterator[Load]:
    """The claim's deliveries as parcels in the form of the target."""
    if target.writes_files:
        body = batch([document(delivery) for delivery in held.deliveries]).body
        name = file_name(str(target.name), held.file_number)
        yield Load(parcel=Parcel(id=name, media_type=NDJSON, body=body), deliveries=held.deliveries)
    elif target.batched:
        for some in _grouped(held.deliveries, target.max_batch):
            yield Load(parcel=batch([document(delivery) for delivery in some]), deliveries=some)
    else:
        for delivery in held.deliveries:
            yield Load(parcel=single(document(delivery)), deliveries=[delivery])


def document(delivery: Delivery) -> Document:
    """What a delivery sends; a body that was pruned is not sent again, so none is missing here."""
    message = delivery.message
    return Document(
        tenant=str(message.tenant),
        topic=str(message.topic),
        event=str(message.event),
        key=str(message.key),
        version=message.version,
        body=message.body or "null",
        created_at=message.created_at,
    )


def _grouped(deliveries: Sequence[Delivery], most: int) -> Iterator[list[Delivery]]:
    some: list[Delivery] = []
    size = 0
    for delivery in deliveries:
        length = len(delivery.message.body or "")
        if some and (len(some) == most or size + length > PARCEL_BYTES):
            yield some
            some, size = [], 0
        some.append(delivery)
        size += length
    if some:
        yield some
