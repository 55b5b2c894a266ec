"""The result for a person at the terminal, and as a dated section of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.breakdown import AUDIT
from bench.machine import Machine
from bench.peers import Peer
from bench.phases import FIRST, Measurement

RESULTS = Path(__file__).with_name("RESULTS.md")
MEMORY_LIMIT_MB = 700
HEAD = """# What the import takes

Written by `make bench`. Seconds belong to one machine on one day: compare the ratios, and runs of one machine.
Rows a second are rows read, over the import's own wall-clock time, all brands and entities together. `ratio` is
that rate against the first import on the same database. Peak memory is the import process's own (`ru_maxrss`).
Beside the hub stand other ways to get the same rows into the same MariaDB, files read included. They store rows and
no more: no repair, no comparison, no trail.
"""
COLUMNS = (
    "database",
    "phase",
    "read",
    "created",
    "updated",
    "unchanged",
    "quarantined",
    "rows/s",
    "ratio",
    "peak MB",
)
PEER_COLUMNS = ("way", "rows", "seconds", "rows/s", "ratio")


@dataclass(kw_only=True)
class Result:
    """Everything one benchmark found. `repair` is the first import's time on clean rows against that without repair."""

    command: str
    subscriptions: int
    machine: Machine
    engines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    measured: list[Measurement] = field(default_factory=list)
    memory: list[Measurement] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    repair: Mapping[str, float] = field(default_factory=dict)

    @property
    def over_limit(self) -> bool:
        return any(one.peak_mb > MEMORY_LIMIT_MB for one in self.memory)


def show(result: Result, console: Console) -> None:
    """Print it."""
    table = Table(title=f"import of {result.subscriptions:,} subscriptions", pad_edge=False)
    for place, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if place < 2 else "right")
    for row in _rows(result.measured):
        table.add_row(*row)
    console.print(table)
    for database, shares in _by_database(result).items():
        console.print(_table(f"per cent of the time on {database}", ("step", *shares), _share_rows(shares)))
    if result.peers:
        console.print(_table("the same rows by other ways", PEER_COLUMNS, _peer_rows(result)))
    for line in [*_memory_lines(result), *_remarks(result)]:
        console.print(line)
    for line in result.missing:
        console.print(f"[bold red]!!! {line}[/]")


def append(text: str, file: Path = RESULTS) -> None:
    """Add a section to the file as its last."""
    earlier = file.read_text(encoding="utf-8") if file.exists() else HEAD
    file.write_text(f"{earlier.rstrip()}\n\n{text}", encoding="utf-8")


def begun(
    title: str, command: str, machine: Machine, engines: Sequence[str], remarks: Iterable[str]
) -> list[str]:
    """How a section begins: what was measured when, by which command, on what machine, and what is to be said of it."""
    return [
        f"## {date.today().isoformat()}, {title}",
        "",
        f"    {command}",
        "",
        f"- {machine.cores} cores, {machine.ram_gb:.0f} GB of memory; load average at the start {machine.load:.1f}",
        f"- {', '.join([*machine.versions, *engines])}",
        f"- commit {machine.commit}",
        *(f"- {remark}" for remark in remarks),
        "",
    ]


def section(result: Result) -> str:
    """The result in Markdown."""
    title, remarks = f"{result.subscriptions:,} subscriptions", [*result.missing, *_remarks(result)]
    lines = begun(title, result.command, result.machine, result.engines, remarks)
    lines += markdown(COLUMNS, _rows(result.measured))
    for database, shares in _by_database(result).items():
        lines += ["", f"Where the time goes on {database}, in per cent of the wall clock:", ""]
        lines += markdown(("step", *shares), _share_rows(shares))
    if result.peers:
        lines += ["", "The same rows by other ways:", "", *markdown(PEER_COLUMNS, _peer_rows(result))]
    for line in _memory_lines(result):
        lines += ["", line]
    return "\n".join(lines) + "\n"


def _rows(measured: Iterable[Measurement]) -> list[list[str]]:
    first: dict[str, float] = {}
    rows = []
    for one in measured:
        base = first.setdefault(one.database, one.rate)
        counts = (one.read, one.created, one.updated, one.unchanged, one.quarantined)
        ratio = f"{one.rate / base:.2f}" if base else ""
        figures = [*(f"{count:,}" for count in counts), f"{one.rate:,.0f}", ratio, f"{one.peak_mb:.0f}"]
        rows.append([one.database, one.phase, *figures])
    return rows


def _by_database(result: Result) -> dict[str, dict[str, Mapping[str, float]]]:
    """The shares of each phase, for each database."""
    found: dict[str, dict[str, Mapping[str, float]]] = {}
    for one in result.measured:
        if one.shares:
            found.setdefault(one.database, {})[one.phase] = one.shares
    return found


def _share_rows(phases: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    steps = next(iter(phases.values()))
    return [[step, *(f"{100 * shares[step]:.0f}" for shares in phases.values())] for step in steps]


def _peer_rows(result: Result) -> list[list[str]]:
    """Each way with its rate against that of the hub's first import there, which stands on top."""
    hub = next(one for one in result.measured if one.database == "MariaDB" and one.phase == FIRST)
    rows = [["the hub, first import", f"{hub.read:,}", f"{hub.seconds:.1f}", f"{hub.rate:,.0f}", "1.00"]]
    for peer in result.peers:
        if peer.reason:
            rows.append([peer.name, peer.reason, "", "", ""])
        else:
            ratio = f"{peer.rate / hub.rate:.2f}"
            rows.append([peer.name, f"{peer.rows:,}", f"{peer.seconds:.1f}", f"{peer.rate:,.0f}", ratio])
    return rows


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, pad_edge=False)
    for place, name in enumerate(head):
        table.add_column(name, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _memory_lines(result: Result) -> list[str]:
    return [
        f"Memory: {one.read:,} rows into an empty {one.database} at {one.rate:,.0f} rows/s, peak {one.peak_mb:.0f} MB, "
        f"{'over' if one.peak_mb > MEMORY_LIMIT_MB else 'within'} the limit of {MEMORY_LIMIT_MB} MB."
        for one in result.memory
    ]


def _remarks(result: Result) -> list[str]:
    remarks = [
        f"audit on {one.database}, {one.phase}: {100 * one.shares[AUDIT]:.0f} % of the time"
        for one in result.measured
        if one.shares and one.created + one.updated
    ]
    remarks += [
        f"repair on {database}: a first import of clean rows takes {ratio:.3f} times as long as without it"
        for database, ratio in result.repair.items()
    ]
    if result.machine.shared:
        remarks.append(
            "the machine was shared: others were at work when this began, so the rates are too low"
        )
    return remarks


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table's lines; words on the left, figures on the right."""
    texts = sum(1 for name in head if name in ("database", "phase", "step", "way", "kind", "expected"))
    rule = ["---"] * texts + ["---:"] * (len(head) - texts)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
