"""An explanation for a person at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.billing.freetext.evidence import TAXONOMIES
from pipelines.billing.freetext.explanation import ANSWERED, OVERRULED, Explanation, TextRead
from pipelines.billing.freetext.reading import LATER, NEGATED, VOID, Finding

TOLD = {
    ANSWERED: "gave the answer",
    OVERRULED: "overruled by {by}",
    NEGATED: "negated by {by!r}",
    VOID: "void: {by!r} stands there",
    LATER: "speaks of later",
}


@dataclass(frozen=True, kw_only=True)
class ExplainReport:
    """What `explain_text` prints."""

    explanation: Explanation

    @property
    def exit_code(self) -> int:
        return 0

    def as_dict(self) -> dict[str, Any]:
        return self.explanation.as_dict()

    def show(self, console: Console) -> None:
        console.print(_answers(self.explanation))
        for text in self.explanation.texts:
            console.print()
            console.print(f"[bold]{escape(text.field)}[/]: {escape(text.text)}", soft_wrap=True)
            console.print(f"tokens: {escape(' '.join(text.tokens)) or '(none)'}", soft_wrap=True)
            if text.findings:
                console.print(_findings(text))
            else:
                console.print("no rule matched")


def _answers(explanation: Explanation) -> Table:
    table = Table("taxonomy", "answer", "rule", "why", pad_edge=False)
    for taxonomy in TAXONOMIES:
        answer = explanation.answer(taxonomy)
        value = answer.value or "unclassified"
        if taxonomy == "charge_category" and explanation.classes.credit:
            value += " (credit)"
        table.add_row(
            taxonomy, f"[bold]{value}[/]", escape(answer.rule), escape(explanation.reason(taxonomy))
        )
    return table


def _findings(text: TextRead) -> Table:
    table = Table("rule", "says", "matched", "at token", "and", pad_edge=False)
    for row in _rows(text.findings):
        table.add_row(*(escape(cell) for cell in row))
    return table


def _rows(findings: tuple[Finding, ...]) -> Iterator[tuple[str, ...]]:
    for one in findings:
        what = f"{one.taxonomy} = {one.value}"
        yield (
            one.rule,
            what,
            one.matched,
            str(one.start + 1),
            TOLD[one.verdict].format(by=one.by or "no rule"),
        )
