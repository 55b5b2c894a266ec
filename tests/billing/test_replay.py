"""Quarantined rows, sent through the import again after what kept them out was mended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from audit.context import Actor
from audit.models import Mutation
from hub.errors import UsageError
from pipelines.billing.entities import Product
from pipelines.billing.feeds import OWN_SOURCES
from pipelines.billing.jobs import reconcile_keys, replay_quarantine
from pipelines.engine.admin.words import command_line
from pipelines.engine.models import FeedEntry, QuarantineEntry, Run
from pipelines.engine.replay import Selection
from pipelines.engine.reports import RunReport
from pipelines.engine.window import Window
from tests.billing.conftest import BRAND, Deliveries, example
from tests.conftest import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("all_tenants"),
    pytest.mark.parametrize("model", [Product]),
]
OTHER = {
    "tenant": BRAND, "source": BRAND, "entity": "invoice", "line": 1, "position": 1, "tried": {}, "sealed": b"",
    "sealed_on": NOW.date(), "expires_on": NOW.date(), "first_run_id": 1, "last_run_id": 1, "created_at": NOW,
}  # fmt: skip
LATER = "2025-01-11 08:00:00.000000"


def replay(dry_run: bool = False, **selection: Any) -> RunReport:
    window = Window(brands=(BRAND,), entities=("product",), dry_run=dry_run)
    return replay_quarantine(window, Selection(**selection), by=Actor.command("test"))


def reads_from_now_on(settings: LazySettings, folder: Path, **lines: str) -> None:
    """A source file of our own that replaces the brand's, with some lines of [format] changed."""
    text = (OWN_SOURCES / f"{BRAND}.toml").read_text()
    for key, line in lines.items():
        kept = [each for each in text.splitlines() if not each.startswith(f"{key} =")]
        text = "\n".join(kept).replace("[format]", f"[format]\n{line}")
    (folder / f"{BRAND}.toml").write_text(text)
    settings.HUB_SOURCES_DIR = str(folder)


def status() -> str:
    return QuarantineEntry.objects.get().status


def a_row_with_an_unknown_marker(deliveries: Deliveries) -> None:
    deliveries.deliver(example(Product, 1), example(Product, 2, effective_end_date="2025-12-31"))
    deliveries.deliver(example(Product, 3, is_deleted="false", description="n/a", created_date="n/a"))
    deliveries.run()


def test_nothing_changes_as_long_as_nothing_was_mended(deliveries: Deliveries) -> None:
    a_row_with_an_unknown_marker(deliveries)
    trail = Mutation.unscoped.count()
    assert replay().total.quarantined == 1
    assert (status(), Mutation.unscoped.count()) == ("open", trail)


def test_a_row_that_reads_now_is_stored_audited_and_closed(
    deliveries: Deliveries, settings: LazySettings, tmp_path: Path
) -> None:
    deliveries.deliver(example(Product, 1, updated_date="2025-01-10T08:00:00 (UTC)"))
    deliveries.run()
    QuarantineEntry.objects.update(sealed=_mended(QuarantineEntry.objects.get()))
    report = replay()
    assert (report.total.read, report.total.created, status()) == (1, 1, "replayed")
    assert Mutation.unscoped.filter(run_id=report.run_id).count() == 1
    assert FeedEntry.objects.get().created == [f"{BRAND}:{1:032x}"]


def _mended(entry: QuarantineEntry) -> bytes:
    """The entry as if its bad cell had been readable."""
    from audit.protect import open_row, seal_row

    content = open_row(entry.sealed_on, bytes(entry.sealed)).replace(b"T08:00:00 (UTC)", b"T08:00:00Z")
    return seal_row(entry.sealed_on, content)


def test_a_line_in_another_encoding_reads_after_the_source_says_so(
    deliveries: Deliveries, settings: LazySettings, tmp_path: Path
) -> None:
    path = deliveries.deliver(example(Product, 1), example(Product, 2, name="Zürich"))
    loaded = path.stat().st_mtime
    path.write_bytes(path.read_text().encode("cp1252"))
    os.utime(path, (loaded, loaded))
    assert deliveries.run().quarantined == 1
    reads_from_now_on(settings, tmp_path, encoding='encoding = "cp1252"')
    assert replay().total.created == 1
    assert deliveries.stored()[f"{2:032x}"].name == "Zürich"


def test_a_replayed_row_does_not_overwrite_what_came_later(deliveries: Deliveries) -> None:
    deliveries.deliver(example(Product, 1, updated_date="2025-01-10T08:00:00 (UTC)", name="old"))
    deliveries.run()
    deliveries.deliver(example(Product, 1, updated_date=LATER, name="new"))
    deliveries.run()
    QuarantineEntry.objects.update(sealed=_mended(QuarantineEntry.objects.get()), status="open")
    assert replay().total.stale == 1
    assert deliveries.stored()[f"{1:032x}"].name == "new"


def test_a_dry_run_counts_and_leaves_the_entry_open(deliveries: Deliveries) -> None:
    deliveries.deliver(example(Product, 1, updated_date="2025-01-10T08:00:00 (UTC)"))
    deliveries.run()
    QuarantineEntry.objects.update(sealed=_mended(QuarantineEntry.objects.get()))
    assert replay(dry_run=True).total.created == 1
    assert (status(), deliveries.stored()) == ("open", {})


def test_only_the_entries_asked_for_are_replayed(deliveries: Deliveries) -> None:
    a_row_with_an_unknown_marker(deliveries)
    entry = QuarantineEntry.objects.get()
    assert replay(code="unreadable", file=entry.file, entry=entry.pk).total.read == 1
    QuarantineEntry(code="shifted", file="another.csv", fingerprint=b"f" * 16, **OTHER).save()
    assert replay(code="shifted", file=entry.file).total.read == 0


@pytest.mark.parametrize("selection", [{"code": "shiftde"}, {"file": "no/such"}, {"entry": 1}])
def test_what_no_entry_ever_had_is_a_slip_of_the_pen(
    deliveries: Deliveries, selection: dict[str, Any]
) -> None:
    a_row_with_an_unknown_marker(deliveries)
    with pytest.raises(UsageError, match="no quarantine entry has"):
        replay(**selection)


def test_a_replay_by_key_takes_that_row_and_can_be_typed_again(deliveries: Deliveries) -> None:
    a_row_with_an_unknown_marker(deliveries)
    key = QuarantineEntry.objects.get().row_key
    assert replay(key=key).total.read == 1
    arguments = Run.objects.latest("id").arguments
    assert command_line("replay_quarantine", arguments).endswith(f" --key {key}")
    with pytest.raises(UsageError, match="no quarantine entry has key 'other'"):
        replay(key="other")


def test_the_run_keeps_what_was_asked_for(deliveries: Deliveries) -> None:
    a_row_with_an_unknown_marker(deliveries)
    replay(code="unreadable")
    assert Run.objects.get(job="replay_quarantine").arguments["code"] == "unreadable"


def test_dismissed_entries_are_replayed_only_when_asked_for(deliveries: Deliveries) -> None:
    a_row_with_an_unknown_marker(deliveries)
    QuarantineEntry.objects.update(status="dismissed")
    assert replay().total.read == 0
    assert replay(dismissed=True).total.read == 1


def key_list(deliveries: Deliveries, *numbers: int) -> None:
    ids = "".join(f"{number:032x}\n" for number in numbers)
    deliveries.lake.write(f"{BRAND}/billing/_keys/product/keys.csv", f"id\n{ids}")


def reconcile(least_share: float = 0.5, limit: int | None = None) -> RunReport:
    window = Window(brands=(BRAND,), entities=("product",), limit=limit)
    return reconcile_keys(window, least_share=least_share, by=Actor.command("test"))


def missing(deliveries: Deliveries) -> list[int]:
    return [int(key, 16) for key, row in deliveries.stored().items() if row.missing_since]


def test_a_row_that_is_gone_upstream_is_flagged_audited_and_told_downstream(deliveries: Deliveries) -> None:
    deliveries.deliver(*(example(Product, number) for number in (1, 2, 3)))
    deliveries.run()
    key_list(deliveries, 1, 3)
    assert reconcile().total.deleted == 1
    assert missing(deliveries) == [2]
    mutation = Mutation.unscoped.get(action="deleted")
    assert (mutation.object_key, mutation.reason) == (f"{BRAND}:{2:032x}", "gone upstream")
    assert FeedEntry.objects.latest("number").deleted == [f"{BRAND}:{2:032x}"]


def test_a_second_comparison_changes_nothing(deliveries: Deliveries) -> None:
    deliveries.deliver(example(Product, 1), example(Product, 2))
    deliveries.run()
    key_list(deliveries, 1)
    reconcile()
    trail = Mutation.unscoped.count()
    assert reconcile().total.deleted == 0
    assert Mutation.unscoped.count() == trail


def test_a_row_that_comes_back_in_a_later_file_is_restored_and_an_old_file_restores_nothing(
    deliveries: Deliveries,
) -> None:
    deliveries.deliver(example(Product, 1), example(Product, 2))
    deliveries.run()
    key_list(deliveries, 1)
    reconcile()
    assert deliveries.run(full=True).updated == 0
    assert missing(deliveries) == [2]
    deliveries.deliver(example(Product, 2))
    assert deliveries.run().updated == 1
    assert missing(deliveries) == []
    assert Mutation.unscoped.filter(action="restored").count() == 1


@pytest.mark.parametrize("numbers", [(), (1,)])
def test_a_short_key_list_is_refused(deliveries: Deliveries, numbers: tuple[int, ...]) -> None:
    deliveries.deliver(*(example(Product, number) for number in (1, 2, 3)))
    deliveries.run()
    key_list(deliveries, *numbers)
    report = reconcile(least_share=0.9)
    assert report.status == "failed"
    assert "short read" in report.entities[0].error
    assert missing(deliveries) == []


def test_more_deletions_than_the_limit_flag_nothing(deliveries: Deliveries) -> None:
    deliveries.deliver(*(example(Product, number) for number in range(1, 6)))
    deliveries.run()
    key_list(deliveries, 1, 2, 3)
    assert "more than --limit 1" in reconcile(limit=1).entities[0].error
    assert missing(deliveries) == []


def test_rows_that_came_after_the_key_list_are_not_missed(deliveries: Deliveries) -> None:
    deliveries.deliver(example(Product, 1))
    key_list(deliveries, 1)
    deliveries.deliver(example(Product, 2))
    deliveries.run()
    reconcile()
    assert missing(deliveries) == []


def test_a_bounded_comparison_is_refused(deliveries: Deliveries) -> None:
    with pytest.raises(UsageError):
        reconcile_keys(Window(full=True), least_share=0.9, by=Actor.command("test"))
