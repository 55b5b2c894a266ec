"""How the nightly feed itself is untidy, without damaging a row: repeats, late rows, older versions again."""

from __future__ import annotations

from pipelines.sample.chance import Draw
from pipelines.sample.damage.table import FAR_TABLES
from pipelines.sample.layout import Row
from pipelines.sample.rates import FEED


class Feed:
    """Stands before a table's partitions and carries over to the next day what comes again or comes late."""

    def __init__(self, table: str, *, tidy: bool) -> None:
        self.table, self.tidy = table, tidy
        self._calm = tidy or table in FAR_TABLES
        self._tomorrow: list[tuple[str, Row]] = []

    def carried_over(self) -> list[tuple[str, Row]]:
        """What yesterday left for today, by kind."""
        rows, self._tomorrow = self._tomorrow, []
        return rows

    def pass_on(self, row: Row, before: Row | None, draw: Draw) -> list[tuple[str, Row]]:
        """The deliveries a new or changed row causes today."""
        if self._calm:
            return [("clean", row)]
        chance = draw.random()
        if before is not None and chance > 1 - FEED.stale and before["updated_date"] != row["updated_date"]:
            self._keep("stale", before)
        if chance > _ODD:
            return [("clean", row)]
        if chance < FEED.duplicate:
            return [("clean", row), ("duplicate", row)]
        if chance < FEED.duplicate + FEED.redelivered:
            self._keep("redelivered", row)
        elif chance < FEED.duplicate + FEED.redelivered + FEED.late:
            return [] if self._keep("late", row) else [("clean", row)]
        elif other := _other_content(row):
            return [("clean", row), ("same_cursor", other)]
        return [("clean", row)]

    def _keep(self, kind: str, row: Row) -> bool:
        if len(self._tomorrow) >= FEED.kept_at_most:
            return False
        self._tomorrow.append((kind, dict(row)))
        return True


_ODD = FEED.duplicate + FEED.redelivered + FEED.late + FEED.same_cursor
_MAY_DIFFER = ("notes", "comment", "comments", "description", "gateway_response")


def _other_content(row: Row) -> Row | None:
    """The same key and cursor with another remark."""
    column = next((name for name in _MAY_DIFFER if name in row), None)
    return {**row, column: "ok"} if column else None
