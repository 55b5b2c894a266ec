"""What every entity must do, whatever its columns: the short suite, over all that are declared."""

from __future__ import annotations

import json

import pytest

from audit.models import Mutation
from hub.commands import _stop
from pipelines.billing.feeds import entities
from pipelines.engine.models import Batch, QuarantineEntry, Repair, Watermark
from pipelines.engine.rows import META_FIELDS, ImportedRow, spec_of
from pipelines.engine.spec import Kind
from tests.billing.conftest import MARKER, UPDATED, Deliveries, example

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("all_tenants"),
    pytest.mark.parametrize("model", entities().values(), ids=entities().keys()),
]
LATER = "2025-01-11 08:00:00.000000"


def id_of(number: int) -> str:
    return f"{number:032x}"


def test_a_second_import_changes_nothing_and_audits_nothing(deliveries: Deliveries) -> None:
    deliveries.deliver(*(example(deliveries.model, number) for number in range(1, 6)))
    assert deliveries.run().created == 5
    trail = Mutation.unscoped.count()
    assert deliveries.run().read == 0
    again = deliveries.run(full=True)
    assert (again.read, again.unchanged) == (5, 5)
    assert Mutation.unscoped.count() == trail == 5


def test_stopped_after_a_chunk_it_goes_on_behind_it(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries.deliver(*(example(deliveries.model, number) for number in range(1, 8)))
    monkeypatch.setattr("pipelines.engine.importing.stop_requested", lambda: True)
    assert deliveries.report(chunk_rows=3).status == "interrupted"
    assert len(deliveries.stored()) == 3
    monkeypatch.undo()
    assert deliveries.run(chunk_rows=3).read == 4
    assert len(deliveries.stored()) == Mutation.unscoped.count() == 7


def test_asked_to_stop_before_it_begins_it_reads_nothing(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries.deliver(example(deliveries.model, 1))
    monkeypatch.setattr(_stop, "requested", True)
    report = deliveries.report()
    assert (report.status, report.total.read) == ("interrupted", 0)
    assert "before it was begun" in report.entities[0].error


def test_a_damaged_row_is_quarantined_and_the_rest_kept(deliveries: Deliveries) -> None:
    rows = [example(deliveries.model, number) for number in range(1, 6)]
    rows[2]["created_date"] = "yesterday"
    deliveries.deliver(*rows)
    counts = deliveries.run()
    assert (counts.created, counts.quarantined) == (4, 1)
    entry = QuarantineEntry.objects.get()
    assert (entry.row_key, entry.line, entry.columns) == (f"nordlicht:{id_of(3)}", 4, "created_date")


def test_rows_with_one_change_time_are_all_imported(deliveries: Deliveries) -> None:
    deliveries.deliver(*(example(deliveries.model, number) for number in range(1, 4)))
    deliveries.run()
    deliveries.deliver(*(example(deliveries.model, number) for number in range(3, 6)))
    counts = deliveries.run(chunk_rows=2)
    assert (counts.created, counts.unchanged) == (2, 1)
    assert str(Watermark.objects.get().value) == f"{UPDATED.removesuffix('.000000')}+00:00"


def test_a_soft_delete_that_moves_no_change_time_is_seen(deliveries: Deliveries) -> None:
    deliveries.deliver(example(deliveries.model, 1))
    deliveries.run()
    deliveries.deliver(example(deliveries.model, 1, is_deleted="true"))
    counts = deliveries.run()
    assert (counts.updated, counts.deleted, counts.same_time) == (1, 1, 1)
    assert deliveries.stored()[id_of(1)].is_deleted is True


def test_a_column_less_leaves_what_is_stored(deliveries: Deliveries) -> None:
    optional = next(column for column in spec_of(deliveries.model).columns if not column.required)
    deliveries.deliver(example(deliveries.model, 1))
    deliveries.run()
    before = getattr(deliveries.stored()[id_of(1)], optional.name)
    deliveries.deliver(example(deliveries.model, 1, updated_date=LATER), leave_out=optional.in_lake)
    assert deliveries.run().updated == 1
    assert getattr(deliveries.stored()[id_of(1)], optional.name) == before is not None


def test_a_column_more_is_kept_in_extra(deliveries: Deliveries) -> None:
    deliveries.deliver(example(deliveries.model, 1, brand_new__c="since today"))
    report = deliveries.report()
    assert deliveries.stored()[id_of(1)].extra == {"brand_new__c": "since today"}
    assert "brand_new__c" in report.entities[0].notes[0]


def test_a_required_column_less_stops_the_entity_before_anything_is_written(deliveries: Deliveries) -> None:
    deliveries.deliver(example(deliveries.model, 1), leave_out="created_date")
    report = deliveries.report()
    assert report.status == "failed"
    assert "needs column created_date" in report.entities[0].error
    assert not deliveries.stored()


def test_counts_add_up_in_every_batch(deliveries: Deliveries) -> None:
    rows = [example(deliveries.model, number) for number in (1, 2, 2, 3)]
    rows[3]["updated_date"] = "0000-00-00 00:00:00"
    deliveries.deliver(*rows)
    deliveries.run()
    deliveries.deliver(example(deliveries.model, 1, updated_date="2025-01-05 08:00:00"))
    deliveries.run()
    for batch in Batch.objects.all():
        outcomes = batch.created + batch.updated + batch.unchanged + batch.stale
        assert batch.read - batch.dropped == outcomes + batch.duplicate + batch.quarantined


def test_an_older_row_never_overwrites_a_newer_one(deliveries: Deliveries) -> None:
    deliveries.deliver(example(deliveries.model, 1, updated_date=LATER))
    deliveries.run()
    deliveries.deliver(example(deliveries.model, 1, is_deleted="true"))
    assert deliveries.run().stale == 1
    assert deliveries.stored()[id_of(1)].is_deleted is False


def test_personal_values_stand_in_clear_only_in_the_table(deliveries: Deliveries) -> None:
    rows = [example(deliveries.model, number) for number in range(1, 4)]
    deliveries.deliver(*rows, {**rows[0], "id": id_of(9), "created_date": MARKER})
    deliveries.run()
    changed = {name: f"{MARKER} {name}" for name in _personal(deliveries.model)}
    deliveries.deliver(example(deliveries.model, 1, updated_date=LATER, **changed))
    deliveries.run()
    trail = json.dumps(
        list(Mutation.unscoped.values_list("diff", "reason", "subject", "object_key")), default=str
    )
    sealed = [bytes(entry.sealed) for entry in QuarantineEntry.objects.all()]
    sealed += [bytes(repair.sealed) for repair in Repair.objects.all()]
    assert sealed
    assert MARKER not in trail
    assert not any(MARKER.encode() in blob for blob in sealed)


def _personal(model: type[ImportedRow]) -> list[str]:
    return [
        column.in_lake for column in spec_of(model).columns if column.personal and column.kind is not Kind.REF
    ]


def test_no_column_hides_one_of_the_engine(model: type[ImportedRow]) -> None:
    assert not set(META_FIELDS) & set(spec_of(model).names)
