"""Chains to documents, some at a time: read, built, and written with their mutations and their outbox rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace
from typing import Any

from hub.errors import RetryableError
from hub.garbage import no_search_for_cycles
from hub.ids import new_id
from hub.processes import Here
from pipelines.delivery.outbox import Message, enqueue, version_for
from pipelines.engine import feed
from pipelines.engine.counts import Counts
from pipelines.engine.feed import Keys
from pipelines.orders import allocations, store
from pipelines.orders.building import Built, build
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.body import tombstone_of
from pipelines.orders.draft import DELETED, Draft, Write
from pipelines.orders.lookup import Reader
from pipelines.orders.reading import read_chunk
from pipelines.orders.store import Occasion
from pipelines.orders.versions import chains_of

TOPIC = "order"
EVENTS = {"created": "order.changed", "changed": "order.changed", "withdrawn": "order.withdrawn"}
AHEAD = 2  # chunks that are built while the next one is read


@dataclass(kw_only=True)
class Outcome:
    """What became of some chains: counts of orders, and the chains elsewhere whose money moved with them."""

    counts: Counts = field(default_factory=Counts)
    reallocated: int = 0
    deliveries: int = 0
    elsewhere: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A chunk that was read and is being built, with the keys of its orders."""

    chunk: Chunk
    keys: set[str]
    building: Future[Built]


class Assembler:
    """Brings the documents of a tenant's chains up to date, inside the caller's transaction.

    What is read is built by the `builders`, while the next chunk is read and the one before is written.
    """

    def __init__(
        self, reader: Reader, occasion: Occasion, zone: str, builders: Executor | None = None
    ) -> None:
        self.reader = reader
        self.occasion = occasion
        self.zone = zone
        self._builders = builders or Here()

    def assemble(
        self, parts: Iterable[Iterable[str]], *, done: Callable[[str], bool] = lambda root: False
    ) -> Outcome:
        """Assemble the chains with these roots, a chunk for each part.

        Those elsewhere whose money moved with them are due from now on, whatever becomes of the run, but for those
        that it has `done` already.
        """
        outcome, under_way, roots = Outcome(), deque[Begun](), set[str]()
        for part in map(set, parts):
            roots |= part
            chunk, left_over = self._read(part)
            keys = {f"{self.reader.tenant}:{chain.root}" for chain in chunk.chains}
            keys.update(draft.key for draft in left_over)
            while len(under_way) == AHEAD or any(begun.keys & keys for begun in under_way):
                self._finish(under_way.popleft(), outcome)
            building = self._builders.submit(_build, chunk, store.stored_states(keys), left_over)
            under_way.append(Begun(chunk=chunk, keys=keys, building=building))
        for begun in under_way:
            self._finish(begun, outcome)
        outcome.elsewhere = {root for root in outcome.elsewhere - roots if not done(root)}
        store.make_due((f"{self.reader.tenant}:{root}" for root in outcome.elsewhere), self.occasion.on)
        store.note_problems(outcome.problems, self.occasion)
        return outcome

    def _read(self, roots: set[str]) -> tuple[Chunk, list[Draft]]:
        """A chunk, and the tombstones of stored orders that are none any more."""
        with no_search_for_cycles():
            chunk = read_chunk(self.reader, roots, self.occasion.on, self.zone)
            return chunk, list(self._left_over(self._without_chain(chunk, roots)))

    def _finish(self, begun: Begun, outcome: Outcome) -> None:
        built, links, tenant = _result(begun.building), begun.chunk.links, self.reader.tenant
        moved = allocations.store_allocations(built.allocations, links, self.occasion)
        writes = _numbered(built.writes, tenant)
        store.write_orders(writes, self.occasion)
        store.move_due_dates(built.due)
        outcome.counts += built.counts
        outcome.problems |= built.problems
        outcome.reallocated += moved.allocations
        outcome.elsewhere |= allocations.chains_elsewhere(self.reader, begun.chunk, moved.invoices)
        outcome.deliveries += enqueue(_messages(writes, tenant))
        feed.publish(tenant, store.MODEL, new_id(), _keys(writes))

    def _without_chain(self, chunk: Chunk, asked: set[str]) -> set[str]:
        """Roots that no chain has any more: its versions went over to another one, once it was known which."""
        roots = {chain.root for chain in chunk.chains}
        found = asked - roots
        for chain in chunk.chains:
            if not all(version.original_id for version in chain.versions):
                found |= {
                    name for each in chain.versions for name in (each.id, each.previous_id) if name
                } - roots
        if not found:
            return found
        return found - {chain.root for chain in chains_of(self.reader, found, self.zone)[0]}

    def _left_over(self, roots: Iterable[str]) -> Iterator[Draft]:
        keys = [f"{self.reader.tenant}:{root}" for root in roots]
        for key, number, account in store.owners_of_orders(keys):
            yield tombstone_of(Draft(key=key, number=number, account_id=account), DELETED)


def _result(building: Future[Built]) -> Built:
    try:
        return building.result()
    except BrokenExecutor as error:
        hint = "it may have had too little memory: try again, or with --builders 0"
        raise RetryableError("a process that makes documents has died", hint=hint) from error


def _build(*given: Any) -> Built:
    with no_search_for_cycles():
        return build(*given)


def _numbered(writes: Sequence[Write], tenant: str) -> Sequence[Write]:
    """New orders go on where the outbox stands: it may know them from before, if the table was lost."""
    new = _messages([write for write in writes if write.version == 1], tenant)
    known = version_for(new)
    return [replace(write, version=known.get(write.draft.key, write.version)) for write in writes]


def _messages(writes: Sequence[Write], tenant: str) -> list[Message]:
    return [
        Message(
            tenant=tenant,
            topic=TOPIC,
            event=EVENTS[write.step],
            key=write.draft.key,
            version=write.version,
            body=write.draft.text,
        )
        for write in writes
        if write.step in EVENTS
    ]


def _keys(writes: Sequence[Write]) -> Keys:
    return Keys(
        created=[write.draft.key for write in writes if write.step == "created"],
        updated=[write.draft.key for write in writes if write.step == "changed"],
        deleted=[write.draft.key for write in writes if write.step == "withdrawn"],
    )
