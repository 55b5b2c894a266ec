"""One chunk of chains: read, reckoned, assembled, compared, and written with its mutations and its outbox rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from hub.ids import new_id
from pipelines.delivery.outbox import Message, enqueue, version_for
from pipelines.engine import feed
from pipelines.engine.counts import Counts
from pipelines.engine.feed import Keys
from pipelines.orders import allocations, store
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.body import draft_of, head_of, tombstone_of
from pipelines.orders.draft import DELETED, INVALID, Draft, Stored, step_for
from pipelines.orders.lookup import Reader
from pipelines.orders.reading import read_chunk
from pipelines.orders.schema import problem_with
from pipelines.orders.store import Occasion, Write
from pipelines.orders.versions import chains_of

TOPIC = "order"
EVENTS = {"created": "order.changed", "changed": "order.changed", "withdrawn": "order.withdrawn"}


@dataclass(kw_only=True)
class Outcome:
    """What became of a chunk: counts of orders, and the chains elsewhere whose money moved with it."""

    counts: Counts = field(default_factory=Counts)
    reallocated: int = 0
    deliveries: int = 0
    elsewhere: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)


def assemble_chunk(
    reader: Reader,
    roots: Iterable[str],
    occasion: Occasion,
    zone: str,
    *,
    done: Callable[[str], bool] = lambda root: False,
) -> Outcome:
    """Bring the documents of these chains up to date inside the caller's transaction.

    Those elsewhere whose money moved with them are due from now on, whatever becomes of the run, but for those that
    it has `done` already.
    """
    roots = set(roots)
    chunk = read_chunk(reader, roots, occasion.on, zone)
    outcome = Outcome()
    reckoned = allocations.reckon_chunk(chunk)
    moved = allocations.store_allocations(reckoned, occasion)
    elsewhere = allocations.chains_elsewhere(reader, chunk, moved)
    outcome.elsewhere = {root for root in elsewhere if not done(root)}
    store.make_due((f"{reader.tenant}:{root}" for root in outcome.elsewhere), occasion.on)
    drafts = [draft_of(chunk, chain, reckoned) for chain in chunk.chains]
    drafts += _left_over(reader.tenant, _without_chain(reader, chunk, roots, zone))
    drafts.sort(key=lambda draft: draft.key)
    stored = store.stored_states(draft.key for draft in drafts)
    writes = _numbered(list(_writes(drafts, stored, outcome)), occasion.tenant)
    store.write_orders(writes, occasion)
    store.move_due_dates(_moved(drafts, stored, writes))
    store.note_problems(outcome.problems, occasion)
    outcome.deliveries = enqueue(_messages(writes, occasion.tenant))
    feed.publish(occasion.tenant, store.MODEL, new_id(), _keys(writes))
    return outcome


def _without_chain(reader: Reader, chunk: Chunk, asked: set[str], zone: str) -> set[str]:
    """Roots that no chain has any more: its versions went over to another one, once it was known which."""
    roots = {chain.root for chain in chunk.chains}
    found = asked - roots
    for chain in chunk.chains:
        if not all(version.original_id for version in chain.versions):
            found |= {name for each in chain.versions for name in (each.id, each.previous_id) if name} - roots
    if not found:
        return found
    return found - {chain.root for chain in chains_of(reader, found, zone)[0]}


def _left_over(tenant: str, roots: Iterable[str]) -> Iterator[Draft]:
    """The tombstones of stored orders that are none any more."""
    for key, number, account in store.owners_of_orders(f"{tenant}:{root}" for root in roots):
        head = head_of(tenant, key.partition(":")[2], number=number, account_id=account)
        yield tombstone_of(head, DELETED)


def _writes(drafts: Sequence[Draft], stored: Mapping[str, Stored], outcome: Outcome) -> Iterator[Write]:
    """What is to be written, counted by what happens; a document that is not valid replaces none."""
    for draft in drafts:
        before = stored.get(draft.key)
        step = step_for(draft, before)
        outcome.counts.read += 1
        if step == "unchanged":
            outcome.counts.unchanged += 1
        elif problem := problem_with(draft.body):
            outcome.counts.quarantined += 1
            outcome.problems[draft.key] = problem
            if before is None:
                yield Write(draft=tombstone_of(draft, INVALID), step="invalid", version=0)
        else:
            _count(outcome.counts, step, before)
            version = (before.version if before else 0) + (step != "held")
            yield Write(draft=draft, step=step, version=version)


def _numbered(writes: Sequence[Write], tenant: str) -> Sequence[Write]:
    """New orders go on where the outbox stands: it may know them from before, if the table was lost."""
    new = _messages([write for write in writes if write.version == 1], tenant)
    known = version_for(new)
    return [replace(write, version=known.get(write.draft.key, write.version)) for write in writes]


def _count(counts: Counts, step: str, before: Stored | None) -> None:
    counts.created += before is None
    counts.updated += before is not None
    counts.deleted += step == "withdrawn"
    counts.test += step == "held"


def _moved(
    drafts: Sequence[Draft], stored: Mapping[str, Stored], writes: Sequence[Write]
) -> list[tuple[str, date | None]]:
    """Orders that stay as they are, and change by themselves on another day than was noted, or had a problem."""
    written = {write.draft.key for write in writes}
    return [
        (draft.key, draft.next_due_on)
        for draft in drafts
        if draft.key not in written
        and (before := stored.get(draft.key))
        and (before.next_due_on != draft.next_due_on or before.problem)
    ]


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
