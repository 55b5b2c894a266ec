"""The versions of chains: which chains some versions belong to, and all versions of some chains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from pipelines.billing.chains import Chain, Version, resolve
from pipelines.billing.entities import Subscription
from pipelines.engine.lookup import texts_by
from pipelines.orders.lookup import Reader, is_gone
from pipelines.orders.rows import SubscriptionRow

BEGINNING = datetime.min.replace(tzinfo=UTC)
Rows = dict[str, SubscriptionRow]


def roots_of(reader: Reader, subscriptions: Iterable[str]) -> set[str]:
    """The chains that these versions are in; versions that are not there are in none."""
    rows = _by_id(reader.by_id(SubscriptionRow, subscriptions, gone=True))
    roots = {row.original_id for row in rows.values() if row.original_id}
    nameless = {lake_id: row for lake_id, row in rows.items() if not row.original_id}
    if nameless:
        chains = resolve(map(version_of, _with_kin(reader, nameless).values()))
        roots |= {chain.root for chain in chains if any(each.id in nameless for each in chain.versions)}
    return roots


def chains_of(reader: Reader, roots: Iterable[str], zone: str) -> tuple[list[Chain], Rows]:
    """These chains, gone versions included, and the rows of their versions by id.

    What else is asked for makes no difference: other chains are read as far as they have a say in these.
    """
    asked = set(roots)
    rows = _by_id(reader.by(SubscriptionRow, "original_id", asked, gone=True))
    rows |= _by_id(reader.by_id(SubscriptionRow, asked - rows.keys(), gone=True))
    rows |= _namesakes(reader, rows)
    if has_nameless(reader.tenant):
        rows |= _by_id(reader.by(SubscriptionRow, "previous_subscription_id", asked, gone=True))
        rows = _with_kin(reader, rows)
    chains = resolve(version_of(row, zone) for row in rows.values())
    return [chain for chain in chains if chain.root in asked], rows


def has_nameless(tenant: str) -> bool:
    """Whether there is any version that names no chain: most tenants have none, and need no search for them."""
    return nameless_of(tenant).exists()


def nameless_of(tenant: str) -> QuerySet[Subscription]:
    """The versions of a tenant that name no chain, through the index of what versions name."""
    return Subscription.unscoped.filter(original_id__isnull=True, key__gt=f"{tenant}:", key__lt=f"{tenant};")


def _namesakes(reader: Reader, rows: Rows) -> Rows:
    """Versions of the same number that are not there yet: of other chains, or of none."""
    names = {row.name for row in rows.values() if row.name}
    found = texts_by(Subscription, "name", names, ["lake_id"], tenant=reader.tenant)
    others = {lake_id for (lake_id,) in found} - rows.keys()
    return _by_id(reader.by_id(SubscriptionRow, others, gone=True))


def _with_kin(reader: Reader, rows: Rows) -> Rows:
    """The rows with all nameless versions that lead to them, and all that nameless versions lead to."""
    found, fresh = dict(rows), dict(rows)
    while fresh:
        before = {row.previous_subscription_id for row in fresh.values()} - found.keys()
        near = _by_id(reader.by_id(SubscriptionRow, before, gone=True))
        near |= _by_id(reader.by(SubscriptionRow, "previous_subscription_id", fresh, gone=True))
        near |= _namesakes(reader, fresh)
        lost = {lake_id: row for lake_id, row in fresh.items() if not row.original_id}
        ends = lost.keys() | {row.previous_subscription_id for row in lost.values()}
        near |= _by_id(reader.by(SubscriptionRow, "original_id", ends, gone=True))
        near = {own: row for own, row in near.items() if own not in found}
        found |= near
        fresh = {own: row for own, row in near.items() if not row.original_id}
    return found


def owners_of(chain: Chain) -> set[str]:
    """The accounts that have or had the order."""
    return {version.account_id for version in chain.versions if version.account_id}


def households(chains: Iterable[Chain]) -> list[list[Chain]]:
    """Chains with all that they have an account in common with, over as many accounts as it takes."""
    by_account: dict[str, list[Chain]] = {}
    found: dict[int, list[Chain]] = {}
    for chain in chains:
        together = [chain]
        for others in {
            id(group): group for owner in owners_of(chain) if (group := by_account.get(owner))
        }.values():
            together += others
            del found[id(others)]
        found[id(together)] = together
        by_account |= {owner: together for one in together for owner in owners_of(one)}
    return list(found.values())


def version_of(row: SubscriptionRow, zone: str = "UTC") -> Version:
    """A row as chains see it; the days of its moments are those of the tenant's zone."""
    return Version(
        id=row.lake_id,
        number=row.name or "",
        version=int(row.version or 1),
        status=row.status or "",
        account_id=row.account_id,
        original_id=row.original_id,
        previous_id=row.previous_subscription_id,
        is_latest=None if row.is_latest_version is None else row.is_latest_version == "true",
        term_type=row.term_type or "",
        auto_renew=row.auto_renew == "true",
        term_start=day(row.term_start_date),
        term_end=day(row.term_end_date),
        start=day(row.subscription_start_date),
        end=day(row.subscription_end_date),
        cancelled=day(row.cancelled_date),
        service_activation=day(row.service_activation_date),
        contract_effective=day(row.contract_effective_date),
        predecessor=row.predecessor_subscription_c,
        created_at=_moment(row.created_date, zone),
        updated_at=_moment(row.updated_date, zone),
        deleted=is_gone(row),
    )


@lru_cache(maxsize=1 << 16)
def day(text: str | None) -> date | None:
    """A date of canonical text."""
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None, zone: str) -> datetime:
    """An instant of canonical text (UTC) as the tenant's clocks showed it."""
    instant = datetime.fromisoformat(text).replace(tzinfo=UTC) if text else BEGINNING
    # What stands for "never" (0001-01-01, 9999-12-31) has no day before or after it that a zone could lead to.
    return instant.astimezone(_zone(zone)) if date.min < instant.date() < date.max else instant


_zone = lru_cache(ZoneInfo)


def _by_id(rows: Iterable[SubscriptionRow]) -> Rows:
    return {row.lake_id: row for row in rows}
