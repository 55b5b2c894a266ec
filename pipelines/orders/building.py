"""From a chunk's rows to what is to be written: reckoned, assembled, compared with what is stored. Pure.

It knows no database, so that another process can do it meanwhile (pipelines.orders.builders).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.engine.counts import Counts
from pipelines.orders.allocation.allocate import Allocation
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.body import draft_of, tombstone_of
from pipelines.orders.draft import INVALID, Draft, Step, Stored, Write, step_for
from pipelines.orders.reckoning import reckon_chunk
from pipelines.orders.schema import problem_with


@dataclass(kw_only=True)
class Built:
    """What a chunk comes to: `due` are unchanged orders (key, day) that are to be looked at on another day."""

    allocations: Sequence[Allocation]
    writes: list[Write] = field(default_factory=list)
    due: list[tuple[str, date | None]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)


def build(chunk: Chunk, stored: Mapping[str, Stored], left_over: Sequence[Draft]) -> Built:
    """What is to be done about the orders of a chunk, and about those left over that are none any more."""
    reckoned = reckon_chunk(chunk)
    built = Built(allocations=reckoned.allocations)
    drafts = [draft_of(chunk, chain, reckoned) for chain in chunk.chains]
    for draft in sorted([*drafts, *left_over], key=lambda draft: draft.key):
        before = stored.get(draft.key)
        writes = list(_writes(draft, before, built))
        built.writes += writes
        if before and not writes and (before.next_due_on != draft.next_due_on or before.problem):
            built.due.append((draft.key, draft.next_due_on))
    return built


def _writes(draft: Draft, before: Stored | None, built: Built) -> Iterator[Write]:
    """What is to be written, counted by what happens; a document that is not valid replaces none."""
    step = step_for(draft, before)
    built.counts.read += 1
    if step == "unchanged":
        built.counts.unchanged += 1
    elif problem := problem_with(draft.body):
        built.counts.quarantined += 1
        built.problems[draft.key] = problem
        if before is None:
            yield Write(draft=tombstone_of(draft, INVALID), step="invalid", version=0)
    else:
        _count(built.counts, step, before)
        version = (before.version if before else 0) + (step != "held")
        yield Write(draft=draft, step=step, version=version)


def _count(counts: Counts, step: Step, before: Stored | None) -> None:
    counts.created += before is None
    counts.updated += before is not None
    counts.deleted += step == "withdrawn"
    counts.test += step == "held"
