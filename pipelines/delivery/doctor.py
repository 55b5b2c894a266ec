"""What delivery asks: is everything received, does every target run, can every target be used as it stands."""

from __future__ import annotations

from datetime import timedelta

from hub import clock, figures
from hub.errors import HubError
from hub.registry import Check, Finding, checks
from pipelines.delivery.models import Target
from pipelines.delivery.senders import open_sender
from pipelines.delivery.standing import standings, told

LATE = timedelta(minutes=30)


def no_letter_is_dead() -> Finding:
    dead = {each.target.name: each for each in standings() if each.dead}
    if not dead:
        return Finding(level="ok", message="no dead letters")
    counts = ", ".join(f"{told(each.dead)} of {name}" for name, each in dead.items())
    return Finding(
        level="warn",
        message=f"dead letters: {counts}",
        hint="in admin under Deliveries, send them again or dismiss them",
    )


def targets_run() -> Finding:
    for each in standings():
        if each.state == "paused" and each.waiting:
            return Finding(
                level="warn",
                message=f"{each.target.name} is paused ({each.reason}) and {each.waiting_told} documents wait",
                hint="resume it on its page in admin, or give up what waits",
            )
        if each.state == "resting":
            return Finding(
                level="warn",
                message=f"{each.target.name} rests: {each.reason}",
                hint="mend the receiver: it is tried by itself",
            )
    return Finding(level="ok", message=f"{Target.objects.count()} targets, all that are needed run")


def nothing_waits_long() -> Finding:
    """The oldest by when it was due; that of a paused target is its pause's matter."""
    late = [
        each
        for each in standings()
        if each.state != "paused" and each.oldest and clock.now() - each.oldest > LATE
    ]
    if not late:
        return Finding(level="ok", message="nothing waits for longer than half an hour")
    each = late[0]
    age = figures.age(each.oldest, clock.now())
    return Finding(
        level="warn",
        message=f"{each.waiting_told} documents wait for {each.target.name}, the oldest since {age}",
        hint="python manage.py deliver",
    )


def targets_are_usable() -> Finding:
    for target in Target.objects.running():
        try:
            open_sender(target).close()
        except HubError as error:
            return Finding(level="fail", message=f"{target.name}: {error.message}", hint=error.hint)
    return Finding(level="ok", message="every target has an address and a secret that can be used")


def register() -> None:
    for name, run in (
        ("delivery.dead_letters", no_letter_is_dead),
        ("delivery.targets", targets_run),
        ("delivery.oldest", nothing_waits_long),
        ("delivery.usable", targets_are_usable),
    ):
        checks.add(Check(name=name, run=run))
