"""The change feed: which keys a committed batch changed. Rooms downstream keep their position and pull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub import clock
from pipelines.engine.models import FeedEntry, FeedStream


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Keys by what happened to them."""

    created: Sequence[str] = ()
    updated: Sequence[str] = ()
    deleted: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted)


def publish(tenant: str, model: str, batch_id: int, keys: Keys) -> None:
    """Add an entry in the caller's transaction; nothing is added when nothing changed."""
    if not keys:
        return
    stream = f"{tenant}/{model}"
    FeedStream.objects.get_or_create(name=stream)
    head = FeedStream.objects.select_for_update().get(name=stream)
    head.last += 1
    head.save()
    FeedEntry(
        stream=stream,
        number=head.last,
        tenant=tenant,
        batch_id=batch_id,
        at=clock.now(),
        created=sorted(keys.created),
        updated=sorted(keys.updated),
        deleted=sorted(keys.deleted),
    ).save(force_insert=True)


def pull(tenant: str, model: str, *, after: int, limit: int = 100) -> list[FeedEntry]:
    """The entries of a stream behind a position, in commit order."""
    return list(FeedEntry.objects.filter(stream=f"{tenant}/{model}", number__gt=after)[:limit])
