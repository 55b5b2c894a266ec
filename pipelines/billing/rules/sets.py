"""Making, copying, activating and dropping rule sets: each in one transaction, with its trace in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from audit.record import Change, Document, record, record_many
from hub import clock
from hub.errors import UsageError
from hub.ids import new_id
from pipelines.billing.rules.active import active_set
from pipelines.billing.rules.kinds import KINDS
from pipelines.billing.rules.models import RuleRow, RuleSet
from pipelines.engine import feed
from pipelines.engine.models import Tenant

Status = RuleSet.Status
SET = "billing.ruleset"


@transaction.atomic
def seed(tenant: str, *, by: str) -> list[RuleSet]:
    """Make version 1 of each kind active, from the code's rules, for a brand that never had any of that kind."""
    _hold(tenant)
    return [
        _activated(
            _made(tenant, kind, KINDS[kind].seed, by=by, note="the code's own rules", from_code=True), by=by
        )
        for kind in RuleSet.Kind.values
        if not RuleSet.objects.filter(tenant=tenant, kind=kind).exists()
    ]


@transaction.atomic
def draft_from(base: RuleSet, *, by: str, note: str = "") -> RuleSet:
    """A new draft with the rules of another set: mostly those in force, or earlier ones to go back to."""
    _hold(str(base.tenant))
    rules = KINDS[base.kind].rules_of(base)
    return _made(str(base.tenant), base.kind, rules, by=by, note=note, based_on=base.number)


@transaction.atomic
def draft_from_code(tenant: str, kind: str, *, by: str, note: str = "") -> RuleSet:
    """A new draft with the code's own rules, which a release may have changed."""
    _hold(tenant)
    return _made(tenant, kind, KINDS[kind].seed, by=by, note=note or "the code's own rules", from_code=True)


def code_has_news(tenant: str, kind: str) -> bool:
    """Whether the code's rules are others than any that this brand was ever offered."""
    offered = RuleSet.objects.filter(tenant=tenant, kind=kind).exclude(code_fingerprint="")
    return KINDS[kind].seed_fingerprint not in set(offered.values_list("code_fingerprint", flat=True))


@transaction.atomic
def activate(rule_set: RuleSet, *, by: str, note: str = "") -> RuleSet:
    """Put a draft in force and retire the set before it; what it judges is looked at again by the next enrichment.

    Raises what its rules raise where they do not compile.
    """
    _hold(str(rule_set.tenant))
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    if not rule_set.is_draft:
        raise UsageError(
            f"version {rule_set.number} is {rule_set.status}, not a draft",
            hint="make a new draft from the active version and activate that",
        )
    return _activated(rule_set, by=by, reason=note)


@transaction.atomic
def drop(rule_set: RuleSet, *, note: str = "") -> None:
    """Put a draft aside for good: it stays to be read."""
    _hold(str(rule_set.tenant))
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    if not rule_set.is_draft:
        raise UsageError(f"version {rule_set.number} is {rule_set.status}, not a draft")
    _move(rule_set, Status.RETIRED, reason=note)


def refuse_unless_draft(rule_set: RuleSet) -> None:
    """Complain about a change of rules that are or were in force; holds the set against activation meanwhile."""
    held = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    if not held.is_draft:
        raise UsageError(
            f"version {held.number} is {held.status}: its rules stay as they are",
            hint="make a new draft from it",
        )


def _activated(rule_set: RuleSet, *, by: str, reason: str = "") -> RuleSet:
    kind = KINDS[rule_set.kind]
    compiled = kind.compiled(kind.rules_of(rule_set))
    tenant = str(rule_set.tenant)
    if before := active_set(tenant, rule_set.kind):
        _move(before, Status.RETIRED, reason=f"version {rule_set.number} took its place")
    rule_set.fingerprint = str(compiled.fingerprint)
    rule_set.activated_by, rule_set.activated_at = by, clock.now()
    _move(rule_set, Status.ACTIVE, reason=reason)
    feed.publish(tenant, SET, new_id(), feed.Keys(updated=[f"{rule_set.kind}:{rule_set.number}"]))
    return rule_set


def _move(rule_set: RuleSet, status: str, *, reason: str = "") -> None:
    before = document(RuleSet.objects.get(pk=rule_set.pk))
    rule_set.status = status
    rule_set.active_slot = f"{rule_set.tenant}/{rule_set.kind}" if status == Status.ACTIVE else None
    rule_set.preview, rule_set.previewed_at = None, None
    rule_set.save()
    record(_change(rule_set, "updated", before=before, after=document(rule_set), reason=reason))


def _made(
    tenant: str,
    kind: str,
    rules: Iterable[Any],
    *,
    by: str,
    note: str,
    based_on: int | None = None,
    from_code: bool = False,
) -> RuleSet:
    newest = RuleSet.objects.filter(tenant=tenant, kind=kind).order_by("-number").first()
    rule_set = RuleSet.objects.create(
        tenant=tenant,
        kind=kind,
        number=newest.number + 1 if newest else 1,
        note=note,
        based_on=based_on,
        code_fingerprint=KINDS[kind].seed_fingerprint if from_code else "",
        created_by=by,
        created_at=clock.now(),
    )
    record(_change(rule_set, "created", after=document(rule_set)))
    fill(rule_set, rules)
    return rule_set


def fill(rule_set: RuleSet, rules: Iterable[Any]) -> None:
    """Add rules to a draft, with their histories and traces."""
    kind = KINDS[rule_set.kind]
    rows = [
        kind.row(id=new_id(), tenant=rule_set.tenant, **{"rule_set": rule_set, **kind.as_row(rule)})
        for rule in rules
    ]
    kind.row._default_manager.bulk_create(rows)
    kind.row.history.bulk_history_create(rows, batch_size=500)  # type: ignore[attr-defined]  # simple_history ships no types
    record_many([rule_change(row, "created", after=rule_document(row)) for row in rows])


def _hold(tenant: str) -> None:
    """One at a time within a brand: numbers and the set in force are decided here."""
    list(Tenant.objects.select_for_update().filter(code=tenant))


def document(rule_set: RuleSet) -> Document:
    """A set as the trail has it."""
    return {
        "kind": str(rule_set.kind),
        "number": str(rule_set.number),
        "status": str(rule_set.status),
        "note": rule_set.note or None,
        "based_on": None if rule_set.based_on is None else str(rule_set.based_on),
        "fingerprint": rule_set.fingerprint or None,
        "activated_by": rule_set.activated_by or None,
    }


def rule_document(row: RuleRow) -> Document:
    """A rule as the trail has it."""
    kind = KINDS[row.rule_set.kind]
    version = str(row.rule_set.number)
    return {name: value or None for name, value in kind.as_row(row).items()} | {"version": version}


def rule_change(
    row: RuleRow, action: str, *, before: Document | None = None, after: Document | None = None
) -> Change:
    """What happened to a rule, for the trail."""
    label = row._meta.label_lower
    return Change(
        tenant=str(row.tenant), model=label, key=str(row.pk), action=action, before=before, after=after
    )


def _change(
    rule_set: RuleSet,
    action: str,
    *,
    before: Document | None = None,
    after: Document | None = None,
    reason: str = "",
) -> Change:
    return Change(
        tenant=str(rule_set.tenant),
        model=SET,
        key=str(rule_set.pk),
        action=action,
        before=before,
        after=after,
        reason=reason,
    )
