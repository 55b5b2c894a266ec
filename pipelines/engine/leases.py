"""One run at a time per piece of work: leases with heartbeat, takeover and fencing tokens."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction

from hub import clock
from hub.errors import FencedError, LockedError
from hub.transactions import in_transaction
from pipelines.engine.models import Lease, Run

log = structlog.get_logger("hub.run")
EXPIRES_AFTER = timedelta(seconds=90)
BEAT_EVERY_SECONDS = 20.0


@dataclass
class Held:
    """The leases of a run and their tokens, by the feed each is for.

    A run of another `mode` than the usual one holds leases of its own, so that it may work beside that.
    """

    run_id: int
    mode: str = ""
    tokens: dict[str, int] = field(default_factory=dict)

    def lease_of(self, name: str) -> str:
        """What the lease on a feed is called."""
        return f"{name}#{self.mode}" if self.mode else name

    def fence(self, name: str) -> None:
        """Refresh the heartbeat inside the caller's transaction; raises when another run took over.

        The row of the feed's own lease is locked from here to the end of the transaction, whatever the mode:
        of two runs on one feed each sees what the other's last chunk has written.
        """
        lease = Lease.objects.filter(name=self.lease_of(name), token=self.tokens[name], run_id=self.run_id)
        if not lease.update(heartbeat_at=clock.now()):
            raise FencedError(
                f"another run took over {self.lease_of(name)}",
                hint="see Runs in the admin; this one stops without writing",
            )
        if self.mode:
            Lease.objects.select_for_update().get(name=name)


@contextmanager
def leases(names: Iterable[str], *, run_id: int, mode: str = "") -> Iterator[Held]:
    """Hold all of these leases or none; a thread keeps them alive; they are given back at the end."""
    wanted = sorted(set(names))
    if mode:
        _make_sure_of(wanted)
    held = in_transaction(lambda: _take_all(wanted, Held(run_id, mode)))
    stop = threading.Event()
    beater = threading.Thread(target=_beat, args=(held, stop), daemon=True)
    beater.start()
    try:
        yield held
    finally:
        stop.set()
        beater.join()
        in_transaction(lambda: _give_back(held))


def living_runs() -> set[int]:
    """The runs that hold a lease and are alive."""
    leases = Lease.objects.filter(run_id__isnull=False)
    return {lease.run_id for lease in leases if lease.run_id is not None and _alive(lease)}


def _make_sure_of(names: list[str]) -> None:
    """The feeds' own lease rows exist, although nobody may hold them."""
    in_transaction(lambda: Lease.objects.bulk_create(map(_free, names), ignore_conflicts=True))


def _free(name: str) -> Lease:
    return Lease(name=name)


def _take_all(feeds: list[str], held: Held) -> Held:
    run_id, names = held.run_id, [held.lease_of(feed) for feed in feeds]
    known = {lease.name: lease for lease in Lease.objects.select_for_update().filter(name__in=names)}
    for feed, name in zip(feeds, names, strict=True):
        lease = known.get(name) or Lease(name=name)
        if lease.run_id is not None and _alive(lease):
            raise LockedError(
                f"{name} is being worked on by run {lease.run_id} ({lease.holder}) "
                f"since {lease.acquired_at:%H:%M:%S} UTC",
                hint="wait until it ends; a dead run is taken over by itself",
            )
        if lease.run_id is not None:
            _bury(lease.run_id, by=run_id)
        lease.token += 1
        lease.run_id, lease.holder = run_id, _this_process()
        lease.acquired_at = lease.heartbeat_at = clock.now()
        lease.save(force_insert=name not in known)
        held.tokens[feed] = lease.token
    return held


def _bury(dead_run: int, *, by: int) -> None:
    """A run whose process died could not say so itself."""
    Run.objects.filter(pk=dead_run, status=Run.Status.RUNNING).update(
        status=Run.Status.INTERRUPTED, ended_at=clock.now(), error=f"its process died; run {by} took over"
    )


def _give_back(held: Held) -> None:
    for feed, token in held.tokens.items():
        Lease.objects.filter(name=held.lease_of(feed), token=token).update(run_id=None, holder="")


def _alive(lease: Lease) -> bool:
    if lease.heartbeat_at is None or clock.now() - lease.heartbeat_at > EXPIRES_AFTER:
        return False
    host, _, process = lease.holder.partition(" ")
    return host != socket.gethostname() or process == "" or _process_lives(process)


def _this_process() -> str:
    return f"{socket.gethostname()} {os.getpid()}@{_started(os.getpid())}"


def _process_lives(process: str) -> bool:
    """Whether the process of that id is still the one that took the lease (ids are used again)."""
    number, _, started = process.partition("@")
    return number.isdigit() and started == _started(int(number))


def _started(process_id: int) -> str:
    """The kernel's start time of a process; '' when it is gone, '-' where the kernel does not tell."""
    if not Path("/proc/self/stat").exists():
        return "-"
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _beat(held: Held, stop: threading.Event) -> None:
    while not stop.wait(BEAT_EVERY_SECONDS):
        try:
            locked = Lease.objects.select_for_update(
                skip_locked=True
            )  # a locked one was refreshed by its fence
            with transaction.atomic():
                names = [held.lease_of(feed) for feed in held.tokens]
                own = {lease.name for lease in locked.filter(name__in=names, run_id=held.run_id)}
                Lease.objects.filter(name__in=own).update(heartbeat_at=clock.now())
        except (
            DatabaseError,
            InterfaceError,
        ) as error:  # the next beat tries again, before the lease expires
            log.warning("heartbeat_missed", error=type(error).__name__)
        finally:
            connection.close()
