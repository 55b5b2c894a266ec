"""Who is changing things, through what, and why: the context every mutation is stamped with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.base_user import AbstractBaseUser

from hub.errors import FatalError
from hub.ids import new_id

ActorKind = Literal["user", "schedule", "command", "partner"]


class NobodyActs(FatalError):
    """Something audited was about to change while nobody was named as the one who changes it."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a person by user name, a command or schedule by its name, a partner by its code."""

    kind: ActorKind
    id: str

    @classmethod
    def command(cls, name: str) -> Actor:
        return cls(kind="command", id=name)

    @classmethod
    def user(cls, user: AbstractBaseUser) -> Actor:
        return cls(kind="user", id=user.get_username())


@dataclass(frozen=True, kw_only=True)
class Context:
    """An actor with the way they came in. `cause` is the id of the mutation that led here."""

    actor: Actor
    source: str
    reason: str = ""
    run_id: int | None = None
    correlation_id: int | None = None
    cause: int | None = None


_context: ContextVar[Context | None] = ContextVar("audit_context", default=None)


@contextmanager
def acting(
    actor: Actor,
    *,
    source: str,
    reason: str = "",
    run_id: int | None = None,
    correlation_id: int | None = None,
    cause: int | None = None,
) -> Iterator[Context]:
    """Stamp every mutation inside the block.

    A nested block names its own actor and source but stays in the same story: it keeps the outer
    correlation id, and the run it belongs to, unless it is given others.
    """
    outer = _context.get()
    context = Context(
        actor=actor,
        source=source,
        reason=reason,
        run_id=run_id if run_id is not None or outer is None else outer.run_id,
        correlation_id=correlation_id or (outer and outer.correlation_id) or new_id(),
        cause=cause,
    )
    token = _context.set(context)
    try:
        yield context
    finally:
        _context.reset(token)


def current() -> Context:
    """The context of the innermost `acting` block; raises outside of one."""
    context = _context.get()
    if context is None:
        raise NobodyActs(hint="wrap the change in audit.context.acting(actor, source=...)")
    return context
