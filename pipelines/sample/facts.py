"""Read what orders must be after the loads up to a day. For tests: everything is held in memory.

Every order that a load tells of has one fact: its newest. `state` and `next_due` are those of the day that is
asked for, whenever the fact was told. An order in doubt carries `open: True`: damage, a late row or a deletion
lets a correct hub say something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from pipelines.sample.order_truth import PREFIX
from pipelines.sample.truth import loads

Fact = dict[str, Any]


def order_facts(lake: Path, brand: str, day: date) -> dict[str, Fact]:
    """The facts by order (the id of its first version) after the loads up to and including a day."""
    facts: dict[str, Fact] = {}
    doubts: dict[str, str] = {}
    for load, folder in loads(lake, brand, "orders"):
        if load > day:
            break
        for fact in _lines(folder / "facts.jsonl"):
            facts[fact["order"]] = fact
        for doubt in _lines(folder / "open.jsonl"):
            if not doubt.get("until") or doubt["until"] > day.isoformat():
                doubts.setdefault(doubt["customer"], doubt["why"])
    return {order: _on(fact, day.isoformat(), doubts) for order, fact in facts.items()}


def certain_facts(lake: Path, brand: str, day: date) -> dict[str, Fact]:
    """The facts that no damage leaves open."""
    return {order: fact for order, fact in order_facts(lake, brand, day).items() if not fact["open"]}


def _on(fact: Fact, day: str, doubts: dict[str, str]) -> Fact:
    passed = [state for begins, state in fact["states"] if begins <= day]
    ahead = [begins for begins, _ in fact["states"] if begins > day]
    why = doubts.get(fact["order"][:PREFIX], "")
    return {
        **fact,
        "state": passed[-1],
        "next_due": ahead[0] if ahead else None,
        "open": bool(why),
        "why": why,
    }


def _lines(path: Path) -> Iterator[Fact]:
    for line in path.read_bytes().splitlines():
        yield orjson.loads(line)
