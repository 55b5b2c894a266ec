"""Compare a chunk's rows with the table: which are new, changed, stale or doubled, and what is to be written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from audit.diff import diff
from audit.keys import SubjectRef
from audit.protect import masked
from audit.record import Change
from audit.subject import Tombstones
from hub.identifiers import digest, normalise
from hub.lakes import LINE_BITS
from pipelines.engine import store
from pipelines.engine.chunk import Incoming
from pipelines.engine.counts import Counts
from pipelines.engine.documents import Documents
from pipelines.engine.feed import Keys
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import EXTRA, Column, Kind, RowSpec
from pipelines.engine.store import RowWrite, Stored

IDENTIFIERS = {Kind.EMAIL: "email"}


@dataclass
class Outcome:
    """What comparing a chunk decided: the rows to write, what to record, and the counts."""

    counts: Counts = field(default_factory=Counts)
    writes: list[RowWrite] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    touched: list[tuple[bytes | None, str]] = field(default_factory=list)
    accepted: list[Incoming] = field(default_factory=list)
    written: list[Incoming] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    @property
    def keys(self) -> Keys:
        deleted = set(self.deleted)
        kept = [change for change in self.changes if change.key not in deleted]
        return Keys(
            created=[change.key for change in kept if change.action == "created"],
            updated=[change.key for change in kept if change.action != "created"],
            deleted=self.deleted,
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a chunk is compared under.

    A change time behind `limit` (canonical text) is not believed, so that row is placed by its delivery alone;
    one behind `ceiling`, the run's start, does not lift the watermark above it. `rewritten`: the file held
    other rows before, so its line numbers say nothing about those.
    """

    model: type[ImportedRow]
    feed: Feed
    file_position: int
    present: tuple[str, ...]
    tombstones: Tombstones
    limit: str
    ceiling: str
    rewritten: bool = False

    @cached_property
    def spec(self) -> RowSpec:
        return spec_of(self.model)

    @cached_property
    def label(self) -> str:
        return str(self.model._meta.label_lower)

    def key(self, row: Incoming) -> str:
        return f"{self.feed.tenant}:{row.source_id}"

    def position(self, row: Incoming) -> int:
        return self.file_position + row.line

    def cursor(self, row: Incoming) -> str | None:
        """When the row changed, as far as that is believed."""
        return row.cursor if row.cursor and row.cursor <= self.limit else None

    def is_ahead(self, row: Incoming) -> bool:
        """Whether the row says that it changed when it cannot have."""
        return bool(row.cursor and row.cursor > min(self.limit, self.ceiling))

    def precedes(self, row: Incoming, cursor: str | None, position: int) -> bool:
        """Whether a row is older than another of its key: by change time where both have one, else by place."""
        own = self.cursor(row)
        if own and cursor and own != cursor:
            return own < cursor
        return self.position(row) < position

    def is_stale(self, row: Incoming, stored: Stored) -> bool:
        """Whether what is stored is newer, or the row is known to have gone missing since."""
        if row.raw_checksum is not None and row.raw_checksum == stored.raw_checksum:
            return False  # it is the very row that is stored
        if stored.missing and self.position(row) <= stored.position:
            return True
        same_file = stored.position >> LINE_BITS == self.file_position >> LINE_BITS
        position = self.file_position if self.rewritten and same_file else stored.position
        return self.precedes(row, stored.cursor, position)


def compare(rows: Sequence[Incoming], under: Comparison) -> Outcome:
    """Decide about every row; reads the stored rows and locks them."""
    outcome = Outcome()
    newest, losers = _newest(rows, under)
    outcome.counts.duplicate = len(losers)
    outcome.counts.same_time = _conflicts(losers, newest, under)
    current = _without_the_erased(list(newest.values()), under)
    outcome.counts.dropped = len(newest) - len(current)
    outcome.accepted = current
    outcome.counts.repaired = sum(row.repair is not None for row in current)
    outcome.counts.ahead = sum(map(under.is_ahead, current))
    by_key = {under.key(row): row for row in current}
    states = store.stored_states(under.model, list(by_key), lock=True)
    stale = {key for key, stored in states.items() if under.is_stale(by_key[key], stored)}
    outcome.counts.stale = len(stale)
    latest = {key: row for key, row in by_key.items() if key not in stale}
    for pair in sorted(_pairs(latest, states, under), key=attrgetter("key")):
        _decide(pair, under, outcome)
    return outcome


def _pairs(latest: Mapping[str, Incoming], states: Mapping[str, Stored], under: Comparison) -> list[_Pair]:
    """Each row beside what is stored under its key; of the new ones no document is ever built."""
    new = {key: row for key, row in latest.items() if key not in states}
    known = {key: row for key, row in latest.items() if key in states}
    pairs = [
        _Pair(row=row, key=key, documents=row.documents, place=row.place, checksum=checksum)
        for (key, row), checksum in zip(new.items(), _checksums(new.values(), under), strict=True)
    ]
    if not known:
        return pairs
    stored = store.stored_documents(under.model, list(known))
    merged = {key: _merged(row.document, stored[key], under) for key, row in known.items()}
    documents = Documents.of(list(merged.values()), under.spec.names)
    marks = documents.checksums(under.spec.personal)
    return pairs + [
        _Pair(
            row=row,
            key=key,
            documents=documents,
            place=place,
            checksum=mark,
            stored=states[key],
            before=stored[key],
            after=merged[key],
        )
        for place, ((key, row), mark) in enumerate(zip(known.items(), marks, strict=True))
    ]


def _checksums(rows: Collection[Incoming], under: Comparison) -> list[bytes]:
    origins = {id(row.documents): row.documents for row in rows}
    marks = {key: documents.checksums(under.spec.personal) for key, documents in origins.items()}
    return [marks[id(row.documents)][row.place] for row in rows]


def _newest(rows: Sequence[Incoming], under: Comparison) -> tuple[dict[str, Incoming], list[Incoming]]:
    """Of rows with one key the one with the greatest change time, then the later in the file; and the others."""
    newest, losers = dict[str, Incoming](), list[Incoming]()
    for row in rows:
        other = newest.setdefault(row.source_id, row)
        if other is row:
            continue
        if under.precedes(row, under.cursor(other), under.position(other)):
            losers.append(row)
        else:
            newest[row.source_id] = row
            losers.append(other)
    return newest, losers


def _conflicts(losers: Sequence[Incoming], newest: Mapping[str, Incoming], under: Comparison) -> int:
    """Rows that lost to one of the same key and change time but other content: their source contradicts itself."""
    pairs = ((row, newest[row.source_id]) for row in losers)
    return sum(
        row.raw_checksum != winner.raw_checksum and under.cursor(row) == under.cursor(winner)
        for row, winner in pairs
    )


@dataclass(slots=True, kw_only=True)  # one a row: a frozen one takes three times as long to make
class _Pair:
    """A row as it shall stand, beside what is stored under its key, which for a new row is nothing."""

    row: Incoming
    key: str
    documents: Documents
    place: int
    checksum: bytes
    stored: Stored | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    def text(self, name: str) -> str | None:
        return self.documents.texts(name)[self.place]


def _decide(pair: _Pair, under: Comparison, outcome: Outcome) -> None:
    row, stored = pair.row, pair.stored
    if stored is not None and pair.checksum == stored.checksum and not stored.missing:
        outcome.counts.unchanged += 1
        if row.raw_checksum != stored.raw_checksum:
            outcome.touched.append((row.raw_checksum, pair.key))
        return
    outcome.writes.append(
        RowWrite(
            key=pair.key,
            documents=pair.documents,
            place=pair.place,
            raw_checksum=row.raw_checksum,
            checksum=pair.checksum,
            cursor=under.cursor(row),
            position=under.position(row),
        )
    )
    outcome.written.append(row)
    outcome.changes.append(_change(pair, under))
    _count(pair, under, outcome)


def _merged(incoming: Mapping[str, Any], before: dict[str, Any], under: Comparison) -> dict[str, Any]:
    """The new document over the stored one: columns that were not delivered keep what is stored."""
    given = {name: value for name, value in incoming.items() if value is not None}
    delivered = set(under.present) | ({EXTRA} if EXTRA in incoming else set())
    return {name: value for name, value in before.items() if name not in delivered} | given


def _change(pair: _Pair, under: Comparison) -> Change:
    stored = pair.stored
    return Change(
        tenant=under.feed.tenant,
        model=under.label,
        key=pair.key,
        action="created" if stored is None else "restored" if stored.missing else "updated",
        before=pair.before,
        after=pair.after,
        personal=under.spec.personal,
        subject=_subject(pair.text, under.spec, under.feed.tenant),
        checksum_before=stored.checksum if stored else None,
        checksum_after=pair.checksum,
    )


def _count(pair: _Pair, under: Comparison, outcome: Outcome) -> None:
    counts, stored, flag = outcome.counts, pair.stored, under.spec.deleted
    if stored is None:
        counts.created += 1
    else:
        counts.updated += 1
        cursor = under.cursor(pair.row)
        counts.same_time += cursor is not None and cursor == stored.cursor
    if flag and pair.text(flag) == "true" and (pair.before or {}).get(flag) != "true":
        counts.deleted += 1
        outcome.deleted.append(pair.key)


def subject_of(document: Mapping[str, Any], spec: RowSpec, tenant: str) -> SubjectRef | None:
    """Whose key protects the row's personal values; a row whose owner is unknown has a key of its own."""
    return _subject(document.get, spec, tenant)


def _subject(text: Callable[[str], str | None], spec: RowSpec, tenant: str) -> SubjectRef | None:
    if spec.subject is None:
        return None
    owner = text(spec.subject.column)
    if owner is None:
        return SubjectRef(tenant=tenant, kind=spec.entity, source_id=text(spec.key) or "")
    return SubjectRef(tenant=tenant, kind=spec.subject.kind, source_id=owner)


def _without_the_erased(rows: list[Incoming], under: Comparison) -> list[Incoming]:
    """Rows that are an erased person are left out; rows that belong to one lose their personal values.

    An invoice stays an invoice when its customer is erased, a contact does not come back. The raw checksum
    goes as well: it covers the values in clear and has no key, so it would confirm a guess at them.
    """
    buried = _buried(rows, under)
    if not buried:
        return rows
    spec = under.spec
    if spec.subject is not None and spec.subject.column == spec.key:
        return [row for place, row in enumerate(rows) if place not in buried]
    blank = dict.fromkeys(spec.personal & {*spec.names, EXTRA})
    lost = sorted(buried)
    documents = Documents.of([{**rows[at].document, **blank} for at in lost], rows[lost[0]].documents.columns)
    blanked = {
        at: replace(rows[at], documents=documents, place=place, raw_checksum=None)
        for place, at in enumerate(lost)
    }
    return [blanked.get(at, row) for at, row in enumerate(rows)]


def _buried(rows: Iterable[Incoming], under: Comparison) -> set[int]:
    """Places of rows that belong to an erased person, by subject or by identifier."""
    if under.tombstones.empty:
        return set()
    places: dict[tuple[str, bytes], list[int]] = {}
    for place, row in enumerate(rows):
        for kind, text in _identities(row.document, under.spec, under.feed.tenant):
            places.setdefault((kind, digest(kind, text)), []).append(place)
    kinds = {kind for kind, _ in places}
    hits = {
        (kind, value)
        for kind in kinds
        for value in under.tombstones.hits_many(kind, [mark for known, mark in places if known == kind])
    }
    return {place for hit in hits for place in places[hit]}


def _identities(document: Mapping[str, Any], spec: RowSpec, tenant: str) -> Iterable[tuple[str, str]]:
    subject = subject_of(document, spec, tenant)
    if subject is not None:
        yield f"subject:{subject.kind}", subject.source_id
    for column in _identifier_columns(spec):
        if text := normalise(IDENTIFIERS[column.kind], document.get(column.name) or ""):
            yield IDENTIFIERS[column.kind], text


def _identifier_columns(spec: RowSpec) -> list[Column]:
    return [column for column in spec.columns if column.kind in IDENTIFIERS]


def samples(changes: Sequence[Change], limit: int) -> list[dict[str, Any]]:
    """A few changes in words for a dry run, personal values as digests."""
    return [
        {
            "key": change.key,
            "action": change.action,
            "diff": diff(
                masked(change.before or {}, change.personal), masked(change.after or {}, change.personal)
            )
            if change.before
            else [],
        }
        for change in changes[:limit]
    ]
