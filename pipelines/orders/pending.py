"""Which chains have to be assembled: what the change feed names since last time, what is due by date, or all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipelines.billing import entities
from pipelines.billing.enrich import models as enriched
from pipelines.billing.feeds import entities as imported
from pipelines.engine import positions
from pipelines.engine.feed import pull
from pipelines.engine.lookup import parts_of, texts_by
from pipelines.engine.models import FeedEntry
from pipelines.orders.lookup import Reader
from pipelines.orders.models import Order
from pipelines.orders.touched import Touched
from pipelines.orders.versions import nameless_of, roots_of

CONSUMER = "orders"
# What a changed row of a table is, for the steps that lead from it to chains. Enriched rows have their row's key.
ENRICHED = (
    enriched.EnrichedSubscription,
    enriched.EnrichedRatePlan,
    enriched.EnrichedCharge,
    enriched.EnrichedItem,
    enriched.TestVerdict,
)
STREAMS: dict[str, str] = {
    **{model._meta.label_lower: name for name, model in imported().items()},
    **{model._meta.label_lower: model.of_entity for model in ENRICHED},
}
MANY = 200_000  # unread keys from which on it costs less to assemble everything
PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Pending:
    """The chains to assemble, None for all of them, and how far the feed was read to find them."""

    roots: set[str] | None
    seen: dict[str, int] = field(default_factory=dict)

    def note(self, tenant: str) -> None:
        """Everything was assembled: move the positions, in the caller's transaction."""
        for model, number in self.seen.items():
            positions.advance(CONSUMER, tenant, model, number)


def pending(reader: Reader, on: date, *, full: bool) -> Pending:
    """What is to be done for a day; inside a snapshot that holds whole imports only."""
    tenant = reader.tenant
    seen = {model: positions.head(tenant, model) for model in STREAMS}
    if full or not any(positions.position(CONSUMER, tenant, model) for model in STREAMS):
        return Pending(roots=None, seen=seen)
    touched, keys = Touched(tenant), 0
    for model, kind in STREAMS.items():
        for entry in _unread(tenant, model, seen[model]):
            keys += len(positions.keys_of(entry))
            if keys > MANY:
                return Pending(roots=None, seen=seen)
            touched.add(kind, positions.keys_of(entry))
            touched.add_former(kind, [*entry.updated, *entry.deleted], since=entry.batch_id)
    due = Order.objects.filter(tenant=tenant, next_due_on__lte=on).values_list("key", flat=True)
    roots = touched.roots() | {key.partition(":")[2] for key in due} | _former_roots(touched)
    return Pending(roots=roots, seen=seen)


def _former_roots(touched: Touched) -> set[str]:
    """The orders that were once begun by a version that changed: it may be in another chain now."""
    keys = [f"{touched.tenant}:{version}" for version in touched.changed_versions]
    return {
        key.partition(":")[2]
        for part in parts_of(keys)
        for key in Order.unscoped.filter(key__in=part).values_list("key", flat=True)
    }


def _unread(tenant: str, model: str, upto: int) -> Iterator[FeedEntry]:
    after = positions.position(CONSUMER, tenant, model)
    while after < upto and (entries := pull(tenant, model, after=after, limit=1)):
        yield entries[0]
        after = entries[0].number


def all_roots(reader: Reader) -> Iterator[list[str]]:
    """Every chain of a tenant, some at a time: by the root that versions name, then those that name none."""
    last = ""
    while page := _named_roots(reader.tenant, last):
        yield page
        last = page[-1]
    last = f"{reader.tenant}:"
    known: set[str] = set()
    while nameless := _nameless(reader.tenant, last):
        last = nameless[-1]
        roots = roots_of(reader, [key.partition(":")[2] for key in nameless]) - known
        known |= roots
        if roots:
            yield sorted(roots)


def orphaned_roots(reader: Reader) -> Iterator[list[str]]:
    """Some at a time, the stored orders that no version names as its chain: those of nameless ones, and left-overs."""
    last = f"{reader.tenant}:"
    own = Order.unscoped.filter(tenant=reader.tenant).order_by("key").values_list("key", flat=True)
    while page := list(own.filter(key__gt=last)[:PAGE]):
        last = page[-1]
        stored = [key.partition(":")[2] for key in page]
        named = texts_by(entities.Subscription, "original_id", stored, ["original_id"], tenant=reader.tenant)
        known = {root for (root,) in named}
        if orphans := [root for root in stored if root not in known]:
            yield orphans


def _named_roots(tenant: str, after: str) -> list[str]:
    """The next roots in the order of their index."""
    own = entities.Subscription.unscoped.filter(tenant=tenant, original_id__gt=after)
    return list(own.order_by("original_id").values_list("original_id", flat=True).distinct()[:PAGE])


def _nameless(tenant: str, after: str) -> list[str]:
    own = nameless_of(tenant).filter(key__gt=after)
    return list(own.order_by("key").values_list("key", flat=True)[:PAGE])
