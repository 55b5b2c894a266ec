"""How far each consumer has read each stream of the change feed, and the entries it has not read yet.

A consumer is a room that pulls ("orders", "enrich/charge"). It reads some entries, does its work and moves its
position in one transaction: killed before the commit it reads the same entries again, killed behind it none.
Several consumers read one stream without knowing of each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from hub import clock
from pipelines.engine.feed import pull
from pipelines.engine.models import FeedEntry, FeedPosition, FeedStream

SOME_KEYS = 2000  # a round of a consumer takes in entries until it has about as many keys


def position(consumer: str, tenant: str, model: str) -> int:
    """The number of the last entry that the consumer has read of a stream; 0 before the first."""
    found = _positions(consumer, tenant, model).values_list("number", flat=True).first()
    return 0 if found is None else found


def head(tenant: str, model: str) -> int:
    """The number of a stream's newest entry; 0 where there is none."""
    newest = FeedStream.objects.filter(name=_stream(tenant, model)).values_list("last", flat=True).first()
    return 0 if newest is None else newest


def advance(consumer: str, tenant: str, model: str, number: int) -> None:
    """Move a position up to an entry, never down, in the caller's transaction."""
    if number > position(consumer, tenant, model):
        _put(consumer, tenant, model, number)


def rewind(consumer: str, tenant: str, model: str, number: int = 0) -> None:
    """Move a position back: what lies behind the entry is read again. Never forward."""
    if number < position(consumer, tenant, model):
        _put(consumer, tenant, model, number)


def unread(consumer: str, tenant: str, model: str, *, keys: int = SOME_KEYS) -> list[FeedEntry]:
    """The next entries that the consumer has not read, in commit order: as few as hold so many keys, or all."""
    return list(_until_enough(position(consumer, tenant, model), tenant, model, keys))


def _until_enough(after: int, tenant: str, model: str, keys: int) -> Iterator[FeedEntry]:
    """One by one: an entry of a first import holds ten thousand keys."""
    while keys > 0 and (entries := pull(tenant, model, after=after, limit=1)):
        yield entries[0]
        after = entries[0].number
        keys -= len(keys_of(entries[0]))


def keys_of(entry: FeedEntry) -> list[str]:
    """All keys of an entry, whatever happened to them."""
    return [*entry.created, *entry.updated, *entry.deleted]


def _put(consumer: str, tenant: str, model: str, number: int) -> None:
    stream = _stream(tenant, model)
    FeedPosition(
        name=f"{consumer}/{stream}",
        consumer=consumer,
        stream=stream,
        tenant=tenant,
        number=number,
        moved_at=clock.now(),
    ).save()


def _positions(consumer: str, tenant: str, model: str) -> QuerySet[FeedPosition]:
    return FeedPosition.objects.filter(name=f"{consumer}/{_stream(tenant, model)}")


def _stream(tenant: str, model: str) -> str:
    return f"{tenant}/{model}"
