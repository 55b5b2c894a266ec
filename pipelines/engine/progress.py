"""How far a feed is: its watermark and the files it has read. Written only inside a chunk's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Max, Min

from hub import clock
from hub.errors import ConfigError, FatalError
from hub.lakes import FileRef
from pipelines.engine.models import LakeFile, Watermark
from pipelines.engine.source import Feed

_Status = LakeFile.Status
Stored = TypeVar("Stored")


class DamagedState(FatalError):
    """What the hub remembers of a feed does not read."""


def feed_name(feed: Feed) -> str:
    return f"{feed.tenant}/{feed.source}/{feed.entity}"


def stored_watermark(feed: Feed) -> Watermark | None:
    """The row as it is; complains when it cannot be read."""
    mark = _readable(feed, "watermark", lambda: Watermark.objects.filter(name=feed_name(feed)).first())
    if mark is not None and not isinstance(mark.state, dict):
        raise _damaged(feed, "watermark", f"its state is a {type(mark.state).__name__}")
    if mark is not None and mark.value is None and _has_value(mark):
        raise _damaged(feed, "watermark", "its value is no time")
    return mark


def _has_value(mark: Watermark) -> bool:
    """Whether the database holds something there: Django takes a text that is no time for nothing."""
    return Watermark.objects.filter(pk=mark.pk, value__isnull=False).exists()


def watermark_of(feed: Feed, cursor: str) -> Watermark | None:
    """The stored watermark; complains when it was taken from another column than the one read now."""
    mark = stored_watermark(feed)
    if mark is not None and mark.cursor != cursor:
        raise ConfigError(
            f"the watermark of {feed.name} was taken from {mark.cursor}, the feed now reads {cursor}",
            hint="choose: --full starts over, --watermark keep takes its value over, --watermark TIME sets another",
        )
    return mark


def choose(feed: Feed, cursor: str, value: datetime | None) -> None:
    """A person decides what the watermark is from here on: this value, or the stored one of another column."""
    mark = stored_watermark(feed)
    if mark is None:
        return
    mark.value = mark.value if value is None else value
    mark.cursor, mark.updated_at = cursor, clock.now()
    mark.save()


def note_state(feed: Feed, facts: dict[str, Any]) -> None:
    """Keep facts beside the watermark; those that another release keeps there stay."""
    mark = stored_watermark(feed)
    if mark is not None and mark.state != (state := mark.state | facts):
        Watermark.objects.filter(pk=mark.pk).update(state=state)


def _readable(feed: Feed, what: str, query: Callable[[], Stored]) -> Stored:
    """A stored text that is no JSON or no time comes up as an error of Python's, and names nothing."""
    try:
        return query()
    except (ValueError, TypeError) as error:
        raise _damaged(feed, what, type(error).__name__) from None


def _damaged(feed: Feed, what: str, why: str) -> DamagedState:
    return DamagedState(
        f"the {what} row of {feed_name(feed)} is damaged ({why})",
        hint=f"type import_billing --brand {feed.tenant} --entity {feed.entity} --full, which writes it anew",
    )


def advance(feed: Feed, cursor: str, value: str | None, *, token: int, run_id: int) -> None:
    """Move the watermark up to `value` (canonical text), never down."""
    mark = Watermark.objects.filter(name=feed_name(feed)).first() or Watermark(
        name=feed_name(feed), tenant=feed.tenant, source=feed.source, entity=feed.entity
    )
    new = moment(value) if value else None
    mark.value = max(filter(None, (mark.value, new)), default=None)
    mark.cursor, mark.token, mark.run_id, mark.updated_at = cursor, token, run_id, clock.now()
    mark.save()


def start_over(feed: Feed) -> None:
    """Until a full read is through, neither the watermark nor a file already read may hide a row from later runs."""
    own = Watermark.objects.filter(name=feed_name(feed))
    own.update(value=None)
    try:
        stored_watermark(feed)
    except DamagedState:
        own.update(state={}, updated_at=clock.now())
    LakeFile.objects.filter(feed=feed_name(feed)).update(status=_Status.PARTIAL, next_line=0)


def moment(canonical: str) -> datetime:
    """An instant from canonical text."""
    return datetime.fromisoformat(canonical).replace(tzinfo=UTC)


def text_of(value: datetime) -> str:
    """Canonical text of an instant."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file to read, and where to begin; `rewritten` when its path held other content that was read before.

    `ended_at` is the line behind the last one that content had, 0 where it was not read to its end.
    """

    file: FileRef
    first_line: int = 0
    rewritten: bool = False
    ended_at: int = 0


def readings(feed: Feed, listed: list[FileRef], *, all_of_them: bool) -> list[Reading]:
    """Every file from its beginning; or those that are new, changed, held or half read, from where to go on."""
    known = {entry.path: entry for entry in _known(feed, checked=not all_of_them)}
    pairs = [(file, known.get(file.path)) for file in listed]
    if all_of_them:
        return [_reading(file, entry, first_line=0) for file, entry in pairs]
    return [
        _reading(file, entry, first_line=_next_line(entry, file))
        for file, entry in pairs
        if not _is_done(entry, file)
    ]


def _known(feed: Feed, *, checked: bool) -> list[LakeFile]:
    """Whoever reads everything again needs none of them to say where to go on."""
    entries = _readable(feed, "file", lambda: list(LakeFile.objects.filter(feed=feed_name(feed))))
    for entry in entries if checked else ():
        if entry.next_line < 0 or entry.status not in _Status.values:
            raise _damaged(feed, "file", f"{entry.path}: {entry.status} at line {entry.next_line}")
    return entries


def _reading(file: FileRef, entry: LakeFile | None, *, first_line: int) -> Reading:
    rewritten = _rewritten(entry, file)
    whole = entry is not None and entry.status == _Status.DONE and not _same(entry, file)
    ended_at = entry.next_line if whole and entry else 0
    return Reading(file=file, first_line=first_line, rewritten=rewritten, ended_at=ended_at)


def let_go(feed: Feed, listed: Iterable[FileRef]) -> list[str]:
    """Files that were held or half read and are no longer in the lake wait for nothing any more: their paths."""
    paths = {file.path for file in listed}
    waiting = LakeFile.objects.filter(feed=feed_name(feed), status__in=[_Status.DRIFTED, _Status.PARTIAL])
    gone = [entry for entry in waiting if entry.path not in paths]
    LakeFile.objects.filter(pk__in=[entry.pk for entry in gone]).update(status=_Status.GONE)
    return sorted(entry.path for entry in gone)


def listed_since(feed: Feed) -> datetime | None:
    """From which load on files have to be looked for: the newest one met, or the oldest that is not read to its end."""
    known = LakeFile.objects.filter(feed=feed_name(feed)).order_by()
    left: datetime | None = known.exclude(status__in=[_Status.DONE, _Status.GONE]).aggregate(
        Min("loaded_at")
    )["loaded_at__min"]
    newest: datetime | None = known.aggregate(Max("loaded_at"))["loaded_at__max"]
    if newest is None:
        return None
    bounds = (left, newest, clock.now())  # a load dated in the future hides none
    return min(bound for bound in bounds if bound is not None)


def note_file(
    feed: Feed, reading: Reading, *, next_line: int, status: str, run_id: int, reason: str = ""
) -> None:
    """Remember how much of a file is committed."""
    file = reading.file
    entry = LakeFile.objects.filter(feed=feed_name(feed), path=file.path).first() or LakeFile(
        feed=feed_name(feed), tenant=feed.tenant, entity=feed.entity, path=file.path
    )
    entry.size, entry.modified_ns, entry.loaded_at = file.size, file.modified_ns, file.loaded_at
    entry.next_line, entry.status, entry.run_id, entry.reason = next_line, status, run_id, reason
    entry.rewritten = reading.rewritten and status != _Status.DONE
    entry.save()


def _same(entry: LakeFile | None, file: FileRef) -> bool:
    return entry is not None and (entry.size, entry.modified_ns) == (file.size, file.modified_ns)


def _rewritten(entry: LakeFile | None, file: FileRef) -> bool:
    return entry is not None and (entry.rewritten or not _same(entry, file))


def _is_done(entry: LakeFile | None, file: FileRef) -> bool:
    return _same(entry, file) and entry is not None and entry.status == _Status.DONE


def _next_line(entry: LakeFile | None, file: FileRef) -> int:
    partly = _same(entry, file) and entry is not None and entry.status == _Status.PARTIAL
    return entry.next_line if partly and entry else 0
