"""The import under strain, cases 29 to 40: overlap, writers beside us, and who may write."""

import threading
import time
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from socket import gethostname
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from hub import clock
from hub.errors import FencedError, LockedError
from hub.transactions import LOCK_WAIT
from pipelines.engine.importing import EntityImport
from pipelines.engine.leases import EXPIRES_AFTER, Held, _beat, leases
from pipelines.engine.models import LakeFile, Lease, Run, Watermark
from pipelines.engine.reconcile import Reconciliation
from tests.conftest import NOW
from tests.engine.conftest import Club, batches, meddling, member, mutations

pytestmark = pytest.mark.django_db
LEASE = "acme/acme/member"
TENTH = "2025-01-10 08:00:00.000000"


@pytest.fixture
def lagging(club: Club) -> Club:
    """Read by change time with three hours of overlap, up to eight o'clock on the tenth."""
    club.reads(mode="cursor", overlap_hours=3)
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    return club


def test_29_overlap_widens_what_is_read_and_nothing_else(lagging: Club) -> None:
    lagging.deliver(member("b", "2025-01-10 05:00:00"))
    lagging.imports()
    assert (sorted(lagging.names()), lagging.watermark) == (["a", "b"], TENTH)


def test_29_overlap_ends_where_it_says(lagging: Club) -> None:
    lagging.deliver(member("b", "2025-01-10 04:59:59.999999"))
    assert lagging.imports().counts.created == 0


@pytest.mark.parametrize("hours", [0.0, 0.5, 24.0, 1e6, 1e300, float("inf")])
def test_30_any_overlap_works_and_none_narrows_a_first_run(club: Club, hours: float) -> None:
    club.reads(mode="cursor", overlap_hours=hours)
    club.deliver(
        member("a", "2025-01-10 08:00:00"), member("b", "1999-01-01 00:00:00", created_date=""), member("c")
    )
    club.reads(absent=frozenset({"created_date"}))
    assert club.imports().counts.created == 3
    club.deliver(member("d", "2025-01-10 08:00:00"))
    assert club.imports().counts.created == 1


def test_32_a_late_row_is_imported_and_its_lateness_kept(lagging: Club) -> None:
    lagging.deliver(member("b", "2025-01-10 06:30:00"))
    assert lagging.imports().counts.late == 1
    assert (batches()[-1].late, batches()[-1].latest_lateness) == (1, 90 * 60)


def test_32_rows_read_again_write_nothing(lagging: Club) -> None:
    before = len(mutations())
    assert lagging.imports().counts.unchanged == 1
    assert len(mutations()) == before


def test_33_a_backfill_has_no_overlap(lagging: Club) -> None:
    lagging.deliver(member("b", "2025-01-10 07:59:59"))
    since = datetime(2025, 1, 10, 8, tzinfo=UTC)
    assert lagging.imports(since=since).counts.read == 1


def test_34_a_run_of_late_rows_alone_keeps_the_watermark(lagging: Club) -> None:
    (lagging.folder / "part-001.csv").unlink()
    lagging.deliver(member("b", "2025-01-10 06:00:00"))
    lagging.imports()
    assert lagging.watermark == TENTH


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_35_a_file_that_arrives_during_a_run_with_earlier_times_is_the_next_runs(
    club: Club, mode: str
) -> None:
    club.reads(mode=mode, overlap_hours=24)
    club.deliver(member("a", "2025-01-10 08:00:00"))
    meddling(club, lambda: club.deliver(member("b", "2025-01-10 07:00:00")))
    assert club.imports().counts.created == 1  # 36: the upper bound stands when the run starts
    assert club.imports().counts.created == 1
    assert sorted(club.names()) == ["a", "b"]


def test_36_a_file_that_changes_while_it_is_read_is_left_to_the_next_run(club: Club) -> None:
    club.deliver(member("a"))
    path = club.folder / "part-001.csv"
    meddling(club, lambda: path.write_text(path.read_text() + "more"))
    report = club.fails()
    assert "changed while it was being read" in report.error
    assert (club.names(), batches()) == ({}, [])


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_37_only_rows_that_were_taken_move_the_watermark(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    club.deliver(member("a", "2025-01-10 08:00:00"), member("b", "2025-01-20 08:00:00", fee="x"))
    club.imports()
    assert club.watermark == TENTH


def test_38_every_tenant_has_a_watermark_of_its_own(club: Club) -> None:
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    club.reads(tenant="bolt")
    club.deliver(member("a", "2025-01-05 08:00:00"))
    club.imports()
    marks = Watermark.objects.order_by("name").values_list("name", "value__day")
    assert list(marks) == [("acme/acme/member", 10), ("bolt/acme/member", 5)]


def hold(**given: Any) -> None:
    """Another machine's run holds the lease."""
    fields = {"token": 7, "run_id": 1, "holder": "elsewhere 12@34", "acquired_at": NOW, "heartbeat_at": NOW}
    Lease(name=LEASE, **(fields | given)).save()


def test_39_a_second_run_leaves_at_once_and_says_who_works(club: Club) -> None:
    hold()
    club.deliver(member("a"))
    with pytest.raises(LockedError, match="elsewhere"):
        club.run()
    assert (Run.objects.get().status, club.names()) == ("locked", {})


def test_39_a_lease_is_taken_over_when_its_heartbeat_stops(club: Club) -> None:
    hold(heartbeat_at=NOW - EXPIRES_AFTER - timedelta(seconds=1))
    club.deliver(member("a"))
    assert club.imports().counts.created == 1
    assert (Lease.objects.get().token, Lease.objects.get().run_id) == (8, None)


def test_39_the_run_of_a_dead_process_is_told_to_have_ended(club: Club) -> None:
    hold(heartbeat_at=NOW - EXPIRES_AFTER - timedelta(seconds=1))
    dead = Run(id=1, job="import_club", business_date=NOW.date(), started_at=NOW, actor="command import_club")
    dead.save(force_insert=True)
    club.imports()
    dead.refresh_from_db()
    assert (dead.status, "took over" in dead.error, dead.ended_at) == ("interrupted", True, NOW)


@pytest.mark.django_db(transaction=True)
def test_39_a_heartbeat_that_fails_once_is_not_the_last(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.engine.leases.BEAT_EVERY_SECONDS", 0.01)
    beats = []

    def beat(**which: object) -> object:
        beats.append(which)
        if len(beats) == 1:
            raise OperationalError(2013, "Lost connection")
        return Lease.objects.none()

    with leases([LEASE], run_id=1):
        with monkeypatch.context() as patch:
            patch.setattr("pipelines.engine.leases.Lease.objects.filter", beat)
            deadline = time.monotonic() + 10
            while len(beats) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
        assert len(beats) >= 2


def test_39_a_run_that_is_broken_off_at_the_keyboard_was_interrupted(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.deliver(member("a"))

    def broken_off(self: EntityImport) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(EntityImport, "_prepare", broken_off)
    with pytest.raises(KeyboardInterrupt):
        club.run()
    assert Run.objects.get().status == "interrupted"


@pytest.mark.django_db(transaction=True)
def test_39_all_leases_are_taken_or_none(now: datetime) -> None:
    hold()
    with pytest.raises(LockedError), leases(["a/first", LEASE], run_id=2):
        pass
    assert list(Lease.objects.exclude(run_id=None).values_list("name", flat=True)) == [LEASE]


def test_39_a_dead_process_of_this_machine_is_not_waited_for(club: Club) -> None:
    hold(holder=f"{gethostname()} 4194305@1")  # no process has such an id
    club.deliver(member("a"))
    assert club.imports().counts.created == 1


def test_39_leases_are_given_back(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    assert list(Lease.objects.values_list("run_id", "holder")) == [(None, "")]


def test_40_a_run_that_was_taken_over_writes_nothing_more(club: Club) -> None:
    club.deliver(member("a"), member("b"))
    meddling(club, lambda: Lease.objects.update(token=99, run_id=5))
    report = club.fails()
    assert "another run took over" in report.error
    assert (club.names(), club.watermark, Lease.objects.get().run_id) == ({}, None, 5)


def test_40_a_run_that_was_taken_over_marks_no_file_as_held(club: Club) -> None:
    club.deliver(*(member(f"m{number}", fee="x") for number in range(6)))
    meddling(club, lambda: Lease.objects.update(token=99, run_id=5))
    report = club.fails()
    assert ("another run took over" in report.error, LakeFile.objects.exists()) == (True, False)


def taken_over(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Another run takes the lease over when this one reaches a method."""
    real = getattr(owner, name)

    def late(*given: Any) -> Any:
        Lease.objects.update(token=99, run_id=5)
        return real(*given)

    monkeypatch.setattr(owner, name, late)


def test_40_a_run_that_was_taken_over_at_its_end_moves_no_watermark(
    by_cursor: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_cursor.deliver(member("a"))
    taken_over(monkeypatch, EntityImport, "_finish_pass")
    assert "another run took over" in by_cursor.fails().error
    assert by_cursor.watermark is None


def test_40_a_comparison_of_keys_that_was_taken_over_flags_nothing(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.lists_one_of_two()
    taken_over(monkeypatch, Reconciliation, "_flag")
    assert "another run took over" in club.reconcile().error
    assert club.get("a").missing_since is None


def test_40_a_stalled_run_is_fenced_out(now: datetime) -> None:
    with leases([LEASE], run_id=1) as stalled:
        with clock.fixed(NOW + timedelta(hours=1)):
            Lease.objects.update(holder="elsewhere")
            with leases([LEASE], run_id=2) as current:
                with pytest.raises(FencedError):
                    stalled.fence(LEASE)
                current.fence(LEASE)
        assert Lease.objects.get().token == 2


def test_47_a_backfill_has_a_lease_of_its_own_beside_the_usual_one(now: datetime) -> None:
    with leases([LEASE], run_id=1), leases([LEASE], run_id=2, mode="backfill"):
        held = Lease.objects.exclude(run_id=None).order_by("name").values_list("name", "run_id")
        assert list(held) == [(LEASE, 1), (f"{LEASE}#backfill", 2)]
        with pytest.raises(LockedError), leases([LEASE], run_id=3, mode="backfill"):
            pass
    assert not Lease.objects.exclude(run_id=None).exists()


def test_47_a_backfill_that_was_taken_over_writes_nothing_more(club: Club) -> None:
    club.deliver(member("a"))
    meddling(club, lambda: Lease.objects.filter(name=f"{LEASE}#backfill").update(token=99, run_id=5))
    report = club.fails(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert f"another run took over {LEASE}#backfill" in report.error
    assert club.names() == {}


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time anyway"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "second"), [("", "backfill"), ("backfill", "")])
def test_47_chunks_of_both_are_written_one_after_the_other(now: datetime, first: str, second: str) -> None:
    """Else both could find a row missing, and the older of its two versions be written last."""
    waited: list[int] = []

    def other_fence() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET innodb_lock_wait_timeout = 1")
            with transaction.atomic():
                held_by_second.fence(LEASE)
        except OperationalError as error:
            waited.append(error.args[0])
        finally:
            connection.close()

    with (
        leases([LEASE], run_id=1, mode=first) as held_by_first,
        leases([LEASE], run_id=2, mode=second) as held_by_second,
    ):
        with transaction.atomic():
            held_by_first.fence(LEASE)
            thread = threading.Thread(target=other_fence)
            thread.start()
            thread.join()
        assert waited == [LOCK_WAIT]
        with transaction.atomic():
            held_by_second.fence(LEASE)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time anyway"
)
@pytest.mark.django_db(transaction=True)
def test_39_a_lease_whose_chunk_is_being_written_keeps_no_other_from_being_refreshed(now: datetime) -> None:
    """Many feeds are held at once, and the locked one was refreshed by the transaction that locks it."""
    with leases([LEASE, "acme/acme/other"], run_id=1) as held:
        Lease.objects.update(heartbeat_at=NOW - timedelta(seconds=60))
        once = threading.Event()
        beater = threading.Thread(target=copy_context().run, args=(_beat_once, held, once))
        with transaction.atomic():
            Lease.objects.select_for_update().get(name=LEASE)
            beater.start()
            assert once.wait(5)
        beater.join()
    beats = dict(Lease.objects.values_list("name", "heartbeat_at"))
    assert beats == {LEASE: NOW - timedelta(seconds=60), "acme/acme/other": NOW}


def _beat_once(held: Held, done: threading.Event) -> None:
    _beat(held, _AfterOne())
    done.set()


class _AfterOne(threading.Event):
    """Asks to stop after one beat, before which nobody waits."""

    def wait(self, timeout: float | None = None) -> bool:
        before = self.is_set()
        self.set()
        return before
