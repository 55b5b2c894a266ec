"""What a rule set would change, before it is activated: the answers, and the rows and money behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub import clock
from hub.errors import UsageError
from hub.progress import Meter
from pipelines.billing.freetext.evidence import TAXONOMIES
from pipelines.billing.rules.active import active_classifier, active_judge
from pipelines.billing.rules.kinds import KINDS
from pipelines.billing.rules.models import RuleSet
from pipelines.billing.rules.seen_accounts import judged, keys_of_accounts
from pipelines.billing.rules.seen_texts import seen_texts

EXAMPLES = 5
SHOWN = 40
NONE = "unclassified"


@dataclass(kw_only=True)
class Change:
    """Rows whose answer would be another: `before` and `after` are answers, `rules` those that gave them.

    `distinct` is the number of different texts (or accounts) behind it, `money` the sum of their amounts by
    currency.
    """

    what: str
    answer: str
    before: str
    after: str
    rules: str
    rows: int = 0
    distinct: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def add(self, rows: int, money: dict[str, Decimal], example: str) -> None:
        self.rows += rows
        self.distinct += 1
        for currency, amount in money.items():
            self.money[currency] = self.money.get(currency, Decimal()) + amount
        if len(self.examples) < EXAMPLES and example:
            self.examples.append(example)

    def as_dict(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "answer": self.answer,
            "before": self.before,
            "after": self.after,
            "rules": self.rules,
            "rows": self.rows,
            "distinct": self.distinct,
            "money": {currency: f"{amount:f}" for currency, amount in sorted(self.money.items())},
            "examples": self.examples,
        }


@dataclass(kw_only=True)
class Preview:
    """The changes of one set, those of most rows first, among so much that was looked at.

    `rows` is less than `rows_in_all` where only a sample was looked at: then all numbers are the sample's.
    """

    rule_set: RuleSet
    changes: list[Change]
    distinct: int
    rows: int
    rows_in_all: int

    @property
    def exit_code(self) -> int:
        return 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "brand": str(self.rule_set.tenant),
            "kind": self.rule_set.kind,
            "set": str(self.rule_set.pk),
            "version": self.rule_set.number,
            "looked_at": {"distinct": self.distinct, "rows": self.rows, "rows_in_all": self.rows_in_all},
            "changed_rows": sum(change.rows for change in self.changes),
            "changes": [change.as_dict() for change in self.changes],
        }

    def show(self, console: Console) -> None:
        table = Table(title=f"What activating version {self.rule_set.number} would change", pad_edge=False)
        for name in ("what", "answer", "before", "after", "rules"):
            table.add_column(name, overflow="fold")
        for name in ("rows", "distinct", "money"):
            table.add_column(name, justify="right")
        table.add_column("e.g.", overflow="ellipsis", no_wrap=True, max_width=40)
        for change in self.changes[:SHOWN]:
            table.add_row(
                change.what,
                change.answer,
                change.before,
                change.after,
                escape(change.rules),
                f"{change.rows:,}",
                f"{change.distinct:,}",
                money_told(change.money),
                escape(change.examples[0]) if change.examples else "",
            )
        console.print(table)
        if len(self.changes) > SHOWN:
            console.print(f"and {len(self.changes) - SHOWN} more: --json shows all")
        console.print(f"{self.distinct:,} different texts or accounts of {self.rows:,} rows were looked at")


def money_told(money: dict[str, Decimal]) -> str:
    """Sums as people read them."""
    return ", ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(money.items()))


def preview(rule_set: RuleSet, *, meter: Meter, most_accounts: int | None = None) -> Preview:
    """Judge everything seen so far in the brand by the rules in force and by this set, and compare.

    Of accounts a sample is looked at where there are more than `most_accounts`.
    """
    meter.begin(f"preview of {rule_set}")
    try:
        if rule_set.kind == RuleSet.Kind.FREETEXT:
            return _preview_freetext(rule_set, meter)
        return _preview_test_data(rule_set, meter, most_accounts)
    finally:
        meter.end()


def keep(found: Preview) -> None:
    """Remember a preview with its set, for the set's page. It can be asked for again, so no trail is kept of it."""
    with transaction.atomic():
        RuleSet.objects.filter(pk=found.rule_set.pk).update(preview=found.as_dict(), previewed_at=clock.now())


def newest_draft(tenant: str, kind: str) -> RuleSet:
    """The draft to look at where none is named."""
    drafts = RuleSet.objects.filter(tenant=tenant, kind=kind, status=RuleSet.Status.DRAFT)
    found = drafts.order_by("-number").first()
    if found is None:
        raise UsageError(
            f"{tenant} has no draft of {kind} rules",
            hint="make one on the page of the active version in the admin, under Rule sets",
        )
    return found


def _preview_freetext(rule_set: RuleSet, meter: Meter) -> Preview:
    """Equal evidence is judged once by each, however many rows show it."""
    kind = KINDS[RuleSet.Kind.FREETEXT]
    now, then = active_classifier(str(rule_set.tenant)), kind.compiled(kind.rules_of(rule_set))
    changes: dict[tuple[str, ...], Change] = {}
    distinct = rows = 0
    for seen in seen_texts(str(rule_set.tenant)):
        distinct, rows = distinct + 1, rows + seen.rows
        before, after = now.classify(seen.evidence), then.classify(seen.evidence)
        for name in TAXONOMIES:
            one, other = getattr(before, name), getattr(after, name)
            if one.value != other.value:
                rules = f"{one.rule or '–'} → {other.rule or '–'}"  # noqa: RUF001  an en dash for none, as everywhere
                given = (seen.what, name, one.value or NONE, other.value or NONE, rules)
                _change(changes, given).add(seen.rows, seen.money, seen.example)
        meter.advance(seen.rows, f"{rows:,} rows")
    return Preview(
        rule_set=rule_set, changes=_largest_first(changes), distinct=distinct, rows=rows, rows_in_all=rows
    )


def _preview_test_data(rule_set: RuleSet, meter: Meter, most: int | None) -> Preview:
    """Where both sets hold the same rules no account is looked at."""
    kind, tenant = KINDS[RuleSet.Kind.TEST_DATA], str(rule_set.tenant)
    now, then = active_judge(tenant), kind.compiled(kind.rules_of(rule_set))
    keys, in_all = keys_of_accounts(tenant, most)
    changes: dict[tuple[str, ...], Change] = {}
    differing = keys if now.fingerprint != then.fingerprint else []
    for rows, seen in enumerate(judged(tenant, differing, now, then), start=1):
        if seen is not None:
            given = ("account", "verdict", seen.before, seen.after, seen.reasons)
            _change(changes, given).add(1, seen.settled, seen.account)
        meter.advance(1, f"{rows:,} accounts")
    return Preview(
        rule_set=rule_set,
        changes=_largest_first(changes),
        distinct=len(keys),
        rows=len(keys),
        rows_in_all=in_all,
    )


def _change(changes: dict[tuple[str, ...], Change], given: tuple[str, ...]) -> Change:
    what, name, before, after, rules = given
    return changes.setdefault(given, Change(what=what, answer=name, before=before, after=after, rules=rules))


def _largest_first(changes: dict[tuple[str, ...], Change]) -> list[Change]:
    return [change for _, change in sorted(changes.items(), key=lambda pair: (-pair[1].rows, pair[0]))]


def stored_changes(rule_set: RuleSet) -> Iterator[dict[str, Any]]:
    """The changes of the preview that was last kept with a set."""
    yield from (rule_set.preview or {}).get("changes", ())
