"""The result for a person at the terminal, and as a dated section of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.machine import Machine
from bench.phases import Measurement

RESULTS = Path(__file__).with_name("RESULTS.md")
MEMORY_LIMIT_MB = 700
HEAD = """# What the import takes

Written by `make bench`. Seconds belong to one machine on one day: compare the ratios, and runs of one machine.
Rows a second are rows read, over the import's own wall-clock time, all brands and entities together. `ratio` is
that rate against the first import on the same database. Peak memory is the import process's own (`ru_maxrss`).
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


@dataclass(kw_only=True)
class Result:
    """Everything one benchmark found. `shares` holds each phase's steps, measured on `profiled`."""

    command: str
    subscriptions: int
    machine: Machine
    engines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    measured: list[Measurement] = field(default_factory=list)
    memory: list[Measurement] = field(default_factory=list)
    profiled: str = ""
    slowdown: float = 1.0
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

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
    if result.shares:
        console.print(_shares_table(result))
    for line in [*_memory_lines(result), *_remarks(result)]:
        console.print(line)
    for line in result.missing:
        console.print(f"[bold red]!!! {line}[/]")


def append(result: Result, file: Path = RESULTS) -> None:
    """Add the result to the file as its last section."""
    earlier = file.read_text(encoding="utf-8") if file.exists() else HEAD
    file.write_text(f"{earlier.rstrip()}\n\n{section(result)}", encoding="utf-8")


def section(result: Result) -> str:
    """The result in Markdown."""
    machine = result.machine
    lines = [
        f"## {date.today().isoformat()}, {result.subscriptions:,} subscriptions",
        "",
        f"    {result.command}",
        "",
        f"- {machine.cores} cores, {machine.ram_gb:.0f} GB of memory; load average at the start {machine.load:.1f}",
        f"- {', '.join([*machine.versions, *result.engines])}",
        f"- commit {machine.commit}",
        *(f"- {line}" for line in [*result.missing, *_remarks(result)]),
        "",
        *_markdown(COLUMNS, _rows(result.measured)),
    ]
    if result.shares:
        words = f"Where the time goes on {result.profiled}, in per cent"
        lines += ["", f"{words} ({_profiler_remark(result)}):", ""]
        lines += _markdown(("step", *result.shares), _share_rows(result))
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


def _share_rows(result: Result) -> list[list[str]]:
    steps = next(iter(result.shares.values()))
    return [[step, *(f"{100 * shares[step]:.0f}" for shares in result.shares.values())] for step in steps]


def _shares_table(result: Result) -> Table:
    table = Table(title=f"per cent of the time on {result.profiled}", pad_edge=False)
    table.caption = _profiler_remark(result)
    table.add_column("step")
    for phase in result.shares:
        table.add_column(phase, justify="right")
    for row in _share_rows(result):
        table.add_row(*row)
    return table


def _profiler_remark(result: Result) -> str:
    return f"under cProfile, {result.slowdown:.1f} times as slow; steps of many small calls look larger than they are"


def _memory_lines(result: Result) -> list[str]:
    return [
        f"Memory: {one.read:,} rows into an empty {one.database} at {one.rate:,.0f} rows/s, peak {one.peak_mb:.0f} MB, "
        f"{'over' if one.peak_mb > MEMORY_LIMIT_MB else 'within'} the limit of {MEMORY_LIMIT_MB} MB."
        for one in result.memory
    ]


def _remarks(result: Result) -> list[str]:
    if not result.machine.shared:
        return []
    return ["the machine was shared: others were at work when this began, so the rates are too low"]


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    texts = sum(1 for name in head if name in ("database", "phase", "step"))
    rule = ["---"] * texts + ["---:"] * (len(head) - texts)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
