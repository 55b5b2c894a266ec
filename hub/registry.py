"""Registries that rooms fill in AppConfig.ready: jobs, dashboard cards, doctor checks.

Each entry has a name that is unique in its registry; registering another object under a taken name is
a programming error and says so at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from hub.errors import ConfigError


class Named(Protocol):
    @property
    def name(self) -> str: ...


Entry = TypeVar("Entry", bound=Named)


class Registry(Generic[Entry]):
    """Entries by name, in the order of their names."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> Entry:
        if self._entries.setdefault(entry.name, entry) != entry:
            raise ConfigError(f"two {self.what}s are called {entry.name}")
        return entry

    def get(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            raise ConfigError(
                f"no {self.what} is called {name}", hint=f"known: {', '.join(sorted(self._entries))}"
            ) from None

    def names(self) -> list[str]:
        return sorted(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter([self._entries[name] for name in self.names()])


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command that runs on a schedule: `cron` in the hub's time zone, `after` the job whose success starts it."""

    name: str
    cron: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A tile of the admin's front page: `render` returns title and figures without counting a large table."""

    name: str
    render: Callable[[], dict[str, object]]


Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check saw, and the command to type when it is not ok."""

    level: Level
    message: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question `manage.py doctor` asks: `run` answers with one finding."""

    name: str
    run: Callable[[], Finding]


jobs: Registry[Job] = Registry("job")
cards: Registry[Card] = Registry("card")
checks: Registry[Check] = Registry("check")
