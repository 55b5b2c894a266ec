"""When damage is too much to go on: a file whose columns changed, an entity that mostly does not read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import TooManyQuarantined
from pipelines.engine.chunk import Rejected
from pipelines.engine.reading import RowsRead

DRIFT_SHARE = 0.5  # of a file's rows with one and the same damage: the file changed, not the rows
DRIFT_MENDED_SHARE = (
    0.95  # where each of them could be mended: one exporter does write most notes with commas
)
FAILING_SHARE = 0.5
SHARE_NEEDS_ROWS = 20  # a share of fewer rows says nothing
ALL_NEED_ROWS = 5  # unless it is all of them

Damage = tuple[str, int | None, tuple[str, ...]]  # code or rule, shift, columns


@dataclass
class FileDamage:
    """How the rows of one file are damaged. `rows` begins with those read by an earlier run."""

    rows: int = 0
    votes: Counter[Damage] = field(default_factory=Counter)
    mended: Counter[Damage] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.resumed = self.rows > 0

    def add(self, read: RowsRead, rows: int) -> None:
        """Count a chunk: the rows it holds, and those of them that do not read or were mended."""
        self.rows += rows
        self.votes.update((row.code, row.shift, row.columns) for row in read.rejected)
        self.mended.update(
            (answer.rule, answer.shift, (answer.column,))
            for row in read.rows
            if (answer := row.repair) is not None and answer.rule != "cleaned"
        )

    def drift(self, *, to_the_end: bool) -> str:
        """What most rows show, all in one way; '' when they are damaged each in its way."""
        for votes, share in ((self.votes, DRIFT_SHARE), (self.mended, DRIFT_MENDED_SHARE)):
            if votes and self._is_most(votes.most_common(1)[0][1], share, to_the_end=to_the_end):
                (code, _, columns), count = votes.most_common(1)[0]
                return f"{count} of {self.rows} rows show the same damage ({code}: {', '.join(columns)})"
        return ""

    def _is_most(self, count: int, share: float, *, to_the_end: bool) -> bool:
        whole = to_the_end and not self.resumed
        enough = ALL_NEED_ROWS if whole and count == self.rows else SHARE_NEEDS_ROWS
        return self.rows >= enough and count / self.rows > share


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
