"""Open quarantine entries in groups that are alike, found by steps through one index, however many there are.

GROUP BY would read every open entry for each page. A step asks the index for the first entry behind a group, a
group is counted up to a cap, so a page costs what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from audit.record import Change, record_many
from hub import clock
from pipelines.engine.models import QuarantineEntry, Tenant
from pipelines.engine.replay import Selection

COUNTED = 1000
AT_ONCE = 1000  # entries of a group that one request dismisses or replays
FIELDS = ("tenant", "entity", "code", "columns", "file")
_Status = QuarantineEntry.Status


@dataclass(frozen=True, kw_only=True)
class Group:
    """What open entries have in common."""

    tenant: str
    entity: str
    code: str
    columns: str
    file: str

    @property
    def values(self) -> dict[str, str]:
        return asdict(self)

    def entries(self) -> QuerySet[QuarantineEntry]:
        """Its open entries."""
        return _open().filter(**self.values)

    def counted(self) -> int:
        """How many there are, up to one more than COUNTED."""
        return self.entries().order_by()[: COUNTED + 1].values("pk").count()

    def newest(self) -> datetime | None:
        return self.entries().order_by("-id").values_list("created_at", flat=True).first()

    def oldest(self) -> QuarantineEntry | None:
        """The entry to look at next."""
        return self.entries().order_by("id").defer("sealed").first()

    def selection(self) -> Selection:
        """What to replay of it at once."""
        return Selection(code=self.code, columns=self.columns, file=self.file, most=AT_ONCE)


def groups(*, tenant: str = "", entity: str = "", after: Group | None = None, most: int) -> list[Group]:
    """The groups behind one, in the order of brand, entity, code, columns and file."""
    return list(islice(_walk(tenant, entity, after), most))


def _walk(tenant: str, entity: str, after: Group | None) -> Iterator[Group]:
    """An entity alone is no beginning of the index: it is looked for brand by brand."""
    if entity and not tenant:
        codes = Tenant.objects.order_by("code").values_list("code", flat=True)
        for code in codes.filter(code__gte=after.tenant) if after else codes:
            yield from _walk(code, entity, after if after and after.tenant == code else None)
        return
    within = {name: value for name, value in (("tenant", tenant), ("entity", entity)) if value}
    here = after
    while (here := _behind(here, within)) is not None:
        yield here


def _behind(group: Group | None, within: Mapping[str, str]) -> Group | None:
    """The next group: the one with the longest common beginning comes first in the index."""
    if group is None:
        return _first({}, FIELDS, within)
    for depth in range(len(FIELDS) - 1, -1, -1):
        same = {name: group.values[name] for name in FIELDS[:depth]}
        beyond = {f"{FIELDS[depth]}__gt": group.values[FIELDS[depth]]}
        found = _first(same | beyond, FIELDS[depth:], within)
        if found is not None:
            return found
    return None


def _first(given: Mapping[str, Any], order: tuple[str, ...], within: Mapping[str, str]) -> Group | None:
    """In a brand or entity of one's choice the steps are the same: what cannot lie there is not asked for."""
    conditions = {**within, **given}
    if any(name in given and given[name] != value for name, value in within.items()):
        return None
    free = [name for name in order if name not in conditions]  # by a constant MariaDB sorts all there is
    values = _open().filter(**conditions).order_by(*free).values_list(*FIELDS).first()
    return Group(**dict(zip(FIELDS, values, strict=True))) if values else None


def _open() -> QuerySet[QuarantineEntry]:
    return QuarantineEntry.objects.filter(status=_Status.OPEN)


@transaction.atomic
def dismiss_group(group: Group, *, reason: str) -> int:
    """Put up to AT_ONCE open entries of a group aside, each with its own mutation; returns how many."""
    keys = list(group.entries().select_for_update().order_by("id").values_list("pk", flat=True)[:AT_ONCE])
    QuarantineEntry.objects.filter(pk__in=keys).update(status=_Status.DISMISSED, resolved_at=clock.now())
    record_many(
        [
            Change(
                tenant=group.tenant,
                model="engine.quarantineentry",
                key=str(key),
                action="updated",
                before={"status": _Status.OPEN.value},
                after={"status": _Status.DISMISSED.value},
                reason=reason,
            )
            for key in keys
        ]
    )
    return len(keys)
