"""The chain of an order as a line of time: each version with what it brought, then how the order stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.orders.admin import words
from pipelines.orders.admin.money import period

Entry = Mapping[str, Any]
COLOURS = {  # of a dot, as the page's labels have them
    "success": "#22c55e",
    "info": "#0ea5e9",
    "warning": "#f97316",
    "danger": "#ef4444",
}
QUIET = "#9ca3af"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened on a day."""

    day: str
    text: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A version with what it brought; without an id it is no version. `facts` are what the version says."""

    id: str = ""
    title: str
    facts: Sequence[str] = field(default=())
    happenings: Sequence[Happening] = field(default=())
    colour: str = QUIET


def stops(document: Entry) -> list[Stop]:
    """The versions in their order; what belongs to none of them comes last."""
    versions, events = document["versions"], list(document["events"])
    found = []
    for version in versions:
        own = [event for event in events if event["id"].rpartition(":")[0] == version["id"]]
        events = [event for event in events if event not in own]
        found.append(_stop(version, own))
    if events:
        found.append(Stop(title="Besides", happenings=[_happening(event) for event in events]))
    return found


def _stop(version: Entry, events: Sequence[Entry]) -> Stop:
    happenings = [_happening(event) for event in events]
    facts = [f"made on {words.day(version['created_on'])}", version["status"]]
    if term := period(version.get("term_start"), version.get("term_end")):
        facts.append(f"term {term}")
    if version.get("cancelled_on"):
        facts.append(f"cancelled as of {words.day(version['cancelled_on'])}")
    return Stop(
        id=version["id"],
        title=f"Version {version['version']}",
        facts=[fact for fact in facts if fact],
        happenings=happenings,
        colour=happenings[0].colour if happenings else QUIET,
    )


def _happening(event: Entry) -> Happening:
    text, tone = words.event_told(event["kind"])
    return Happening(day=words.day(event.get("on")), text=text, colour=COLOURS.get(tone, QUIET))
