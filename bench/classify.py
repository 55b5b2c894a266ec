"""Measure the freetext classifier: texts a second, beside one plain alternation a value ("the bare work")."""

from __future__ import annotations

import csv
import random
import re
import shlex
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

from bench.machine import this_machine
from bench.report import append, begun, markdown
from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.evidence import Evidence
from pipelines.billing.freetext.pattern import Kind, parse
from pipelines.billing.freetext.rules import SEED
from pipelines.billing.freetext.tokens import fold

COLUMNS = ("way", "texts", "CPU seconds", "texts/s")
MOST_FOR_THE_PEER = 500  # a long alternation is slow
NAMES = re.compile("name|description|sku|text|title", re.IGNORECASE)
BEGINNINGS = (
    "DE",
    "FR",
    "GW Oct 18 -",
    "Nordlicht",
    "Lumière",
    "2025 |",
    "Klassik",
    "Digital Pack",
    "KW14 -",
)
MIDDLES = (
    "Jahresabo", "Probemonat 1 €", "Geschenkabo (12 Ausgaben)", "monthly plan", "frais de port", "upsell 2",
    "Verzendkosten", "descuento 10 %", "abonnement annuel", "Versandkosten", "Saturday", "win-back", "Kombi",
    "Omega-3 Kapseln", "TVA 5,5 %", "Holiday Credit", "suscripción regalo", "Premium", "Wochenende", "Print",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    texts = _texts_in(options.texts) if options.texts else _generated(options.count, options.seed)
    if not texts:
        sys.stderr.write(
            f"error: no texts in {options.texts} | it should hold CSV files with a column of names\n"
        )
        return 1
    began = perf_counter()
    classifier = Classifier(SEED)
    console = Console(highlight=False)
    console.print(f"{len(SEED)} rules compiled in {perf_counter() - began:.2f} s; {len(texts):,} texts")
    given = [Evidence(texts=(("rate_plan.name", text),)) for text in texts]
    bare = [re.compile(words) for words in _alternations().values()]
    few = texts[:MOST_FOR_THE_PEER]
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "the classifier": (len(texts), lambda: [classifier.classify(one) for one in given]),
        "the bare work": (len(few), lambda: [[each.search(fold(text)) for each in bare] for text in few]),
    }
    lines = [_line(name, count, _best_of(work)) for name, (count, work) in ways.items()]
    console.print(_table(lines))
    if options.record:
        command = shlex.join(["python", "-m", "bench.classify", *arguments])
        head = begun("texts classified", command, this_machine(), [], [])
        append("\n".join([*head, *markdown(COLUMNS, lines), ""]))
    return 0


def _best_of(work: Callable[[], object], runs: int = 3) -> float:
    """Processor seconds of the fastest run: what else the machine does only ever slows one down."""
    seconds = []
    for _ in range(runs):
        began = process_time()
        work()
        seconds.append(process_time() - began)
    return min(seconds)


def _alternations() -> dict[str, str]:
    """One expression a value, of the same words: no exceptions, no negation, no precedence."""
    words: dict[str, set[str]] = defaultdict(set)
    for rule in SEED:
        for sequence in parse(rule.pattern):
            if all(atom.kind in (Kind.WORD, Kind.HEAD, Kind.TAIL) for atom in sequence):
                words[rule.value].add(r"\W+".join(_as_regex(atom.kind, atom.text) for atom in sequence))
    return {value: "|".join(sorted(found)) for value, found in words.items()}


def _as_regex(kind: Kind, text: str) -> str:
    begin, end = ("" if kind is Kind.TAIL else r"\b"), ("" if kind is Kind.HEAD else r"\b")
    return f"{begin}{re.escape(text)}{end}"


def _generated(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [
        f"{chance.choice(BEGINNINGS)} {chance.choice(MIDDLES)} {chance.choice(MIDDLES)} {chance.randrange(999)}"
        for _ in range(count)
    ]


def _texts_in(folder: Path) -> list[str]:
    found: list[str] = []
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                found += [cell for column, cell in row.items() if column and cell and NAMES.search(column)]
    return found


def _line(name: str, texts: int, seconds: float) -> tuple[str, ...]:
    return name, f"{texts:,}", f"{seconds:.2f}", f"{texts / seconds:,.0f}"


def _table(lines: Iterable[tuple[str, ...]]) -> Table:
    table = Table(*COLUMNS, pad_edge=False)
    for line in lines:
        table.add_row(*line)
    return table


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.classify", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, metavar="N", help="texts to generate")
    parser.add_argument("--seed", type=int, default=42, metavar="N", help="of the generated texts")
    parser.add_argument(
        "--texts", type=Path, metavar="FOLDER", help="the names in a folder's CSV files instead"
    )
    parser.add_argument("--record", action="store_true", help="add to bench/RESULTS.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
