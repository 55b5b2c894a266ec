"""How far a feed is: its watermark and the files it has read. Written only inside a chunk's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max, Min

from hub import clock
from hub.errors import ConfigError
from hub.lakes import FileRef
from pipelines.engine.models import LakeFile, Watermark
from pipelines.engine.source import Feed

_Status = LakeFile.Status


def feed_name(feed: Feed) -> str:
    return f"{feed.tenant}/{feed.source}/{feed.entity}"


def watermark_of(feed: Feed, cursor: str) -> Watermark | None:
    """The stored watermark; complains when it was taken from another column than the one read now."""
    mark = Watermark.objects.filter(name=feed_name(feed)).first()
    if mark is not None and mark.cursor != cursor:
        raise ConfigError(
            f"the watermark of {feed.name} was taken from {mark.cursor}, the feed now reads {cursor}",
            hint="run once with --full to start over, or set the cursor of the watermark row",
        )
    return mark


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
    Watermark.objects.filter(name=feed_name(feed)).update(value=None)
    LakeFile.objects.filter(feed=feed_name(feed)).update(status=_Status.PARTIAL, next_line=0)


def moment(canonical: str) -> datetime:
    """An instant from canonical text."""
    return datetime.fromisoformat(canonical).replace(tzinfo=UTC)


def text_of(value: datetime) -> str:
    """Canonical text of an instant."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file to read, and where to begin; `rewritten` when its path held other content that was read before."""

    file: FileRef
    first_line: int = 0
    rewritten: bool = False


def readings(feed: Feed, listed: list[FileRef], *, all_of_them: bool) -> list[Reading]:
    """Every file from its beginning; or those that are new, changed, held or half read, from where to go on."""
    known = {entry.path: entry for entry in LakeFile.objects.filter(feed=feed_name(feed))}
    pairs = [(file, known.get(file.path)) for file in listed]
    if all_of_them:
        return [Reading(file=file, rewritten=_rewritten(entry, file)) for file, entry in pairs]
    return [
        Reading(file=file, first_line=_next_line(entry, file), rewritten=_rewritten(entry, file))
        for file, entry in pairs
        if not _is_done(entry, file)
    ]


def listed_since(feed: Feed) -> datetime | None:
    """From which load on files have to be looked for: the newest one met, or the oldest that is not read to its end."""
    known = LakeFile.objects.filter(feed=feed_name(feed)).order_by()
    left: datetime | None = known.exclude(status=_Status.DONE).aggregate(Min("loaded_at"))["loaded_at__min"]
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
