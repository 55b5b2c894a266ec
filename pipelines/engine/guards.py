"""When damage is too much to go on: a file whose columns changed, an entity that mostly does not read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import TooManyQuarantined
from pipelines.engine.chunk import Rejected

DRIFT_SHARE = 0.5  # of a file's rows with one and the same damage: the file changed, not the rows
FAILING_SHARE = 0.5
SHARE_NEEDS_ROWS = 20  # a share of fewer rows says nothing
ALL_NEED_ROWS = 5  # unless it is all of them


@dataclass
class FileDamage:
    """How the rows of one file that do not read are damaged. `rows` begins with those read by an earlier run."""

    rows: int = 0
    votes: Counter[tuple[str, int | None, tuple[str, ...]]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.resumed = self.rows > 0

    def add(self, rejected: Sequence[Rejected], rows: int) -> None:
        """Count a chunk: the rows it holds, and those of them that do not read."""
        self.rows += rows
        self.votes.update((row.code, row.shift, row.columns) for row in rejected)

    def drift(self, *, to_the_end: bool) -> str:
        """What most rows do not read for, all in one way; '' when they are damaged each in its way."""
        if not self.votes:
            return ""
        (code, _, columns), count = self.votes.most_common(1)[0]
        whole = to_the_end and not self.resumed
        enough = ALL_NEED_ROWS if whole and count == self.rows else SHARE_NEEDS_ROWS
        if self.rows < enough or count / self.rows <= DRIFT_SHARE:
            return ""
        return f"{count} of {self.rows} rows show the same damage ({code}: {', '.join(columns)})"


def refuse_flood(rejected: Sequence[Rejected], before: int, read: int, where: str) -> None:
    """Raise when more than half of the rows read so far would be quarantined, `before` of them already."""
    bad = before + len(rejected)
    if read < SHARE_NEEDS_ROWS or bad / read <= FAILING_SHARE:
        return
    reasons = Counter(row.code for row in rejected).most_common(3)
    raise TooManyQuarantined(
        f"{bad} of {read} rows of {where} would be quarantined: "
        + ", ".join(f"{count} {code}" for code, count in reasons),
        hint="check the source file's format; nothing of this chunk was written, batches before it stay",
    )
