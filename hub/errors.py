"""What can go wrong. The class says what to do next, the message what happened, the hint what to type."""

from __future__ import annotations


class HubError(Exception):
    """The hub met a condition it knows how to name."""

    exit_code = 1
    status = "failed"

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self)

    @property
    def in_one_line(self) -> str:
        """What happened, and what to type."""
        return f"{self.message} | {self.hint}" if self.hint else self.message


class FatalError(HubError):
    """Trying again cannot help: stop the run."""


class UsageError(FatalError):
    """The command was called with arguments that do not fit together."""


class ConfigError(FatalError):
    """A setting, address or source file is not usable as it stands."""


class RetryableError(HubError):
    """The same work may succeed a little later."""


class LockedError(HubError):
    """Another run holds the lease for this work."""

    status = "locked"


class FencedError(FatalError):
    """The lease of this run was taken over by another run; nothing more may be written."""


class InterruptedRun(HubError):
    """The run was asked to stop and did so between two chunks."""

    status = "interrupted"


class DriftError(FatalError):
    """Most rows of a file show the same damage: its columns changed."""


class UnreadableFileError(FatalError):
    """A file of the lake cannot be read as what it is called: cut off, packed otherwise, or broken."""


class TooManyQuarantined(FatalError):
    """More than half of the rows of an entity would have been quarantined."""


class RowError(HubError):
    """One row cannot be used: quarantine it and carry on."""

    def __init__(self, code: str, *, column: str = "") -> None:
        super().__init__(f"{code}: {column}" if column else code)
        self.code = code
        self.column = column
