"""When damage is too much to go on: a file whose columns changed, an entity that mostly does not read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hub.errors import TooManyQuarantined
from pipelines.engine.chunk import Rejected

DRIFT_SHARE = 0.5  # of a chunk's rows with one and the same damage: the file changed, not the rows
FAILING_SHARE = 0.5
SHARE_NEEDS_ROWS = 20  # a share of fewer rows says nothing
ALL_NEED_ROWS = 5  # unless it is all of them


def drift(rejected: Sequence[Rejected], rows: int) -> str:
    """What most rows of a chunk have in common that do not read; '' when they are damaged each in its way."""
    votes = Counter((row.code, row.shift, row.columns) for row in rejected)
    if not votes:
        return ""
    (code, _, columns), count = votes.most_common(1)[0]
    enough = ALL_NEED_ROWS if count == rows else SHARE_NEEDS_ROWS
    if rows < enough or count / rows <= DRIFT_SHARE:
        return ""
    return f"{count} of {rows} rows show the same damage ({code}: {', '.join(columns)})"


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
