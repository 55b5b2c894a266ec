"""Increments: what changed, what was deleted, and what must stand in the tables afterwards."""

from datetime import timedelta
from pathlib import Path

from pipelines.sample.truth import expected_final, keys_upstream, true_rows
from tests.sample.conftest import FIRST, LAST, LOADS, all_rows


def test_every_day_brings_a_small_part_of_the_business(lake: Path) -> None:
    first = sum(true.load == FIRST for _, _, true in all_rows(lake))
    for load in range(1, LOADS):
        day = FIRST + timedelta(days=load)
        assert 0.002 < sum(true.load == day for _, _, true in all_rows(lake)) / first < 0.1


def test_new_versions_arrive_with_the_ones_they_supersede(lake: Path) -> None:
    for load in range(1, LOADS):
        day = FIRST + timedelta(days=load)
        rows = [
            true for true in true_rows(lake, "nordlicht", "subscription") if true.load == day and true.row
        ]
        late = {true.key for _, _, true in all_rows(lake, "subscription") if true.kind in ("late", "stale")}
        here = {true.key for true in rows}
        for true in rows:
            before = true.row["previous_subscription_id"]
            if true.kind == "clean" and true.row["created_date"] == true.row["updated_date"] and before:
                assert before in here | late


def test_soft_deletes_leave_the_cursor_where_it_was(lake: Path) -> None:
    newest: dict[str, str] = {}
    moved = []
    for _, _, true in all_rows(lake):
        if true.kind == "clean" and true.row["is_deleted"] == "true" and true.key in newest:
            moved.append(newest[true.key] != true.row["updated_date"])
        if true.kind == "clean":
            newest[true.key] = true.row["updated_date"] or ""
    assert False in moved


def test_stale_rows_are_older_than_what_came_before(lake: Path) -> None:
    newest: dict[str, str] = {}
    for _, _, true in all_rows(lake):
        if true.kind == "stale":
            assert (true.row["updated_date"] or "") <= newest[true.key]
        if true.row:
            newest[true.key] = max(newest.get(true.key, ""), true.row["updated_date"] or "")


def test_a_stale_row_never_wins(lake: Path) -> None:
    final = expected_final(lake, "nordlicht", "invoice", LAST)
    assert "stale" not in {true.kind for true in final.winners().values()}


def test_the_expected_table_holds_every_accepted_key(lake: Path) -> None:
    final = expected_final(lake, "lumiere", "payment", LAST)
    accepted = {true.key for true in true_rows(lake, "lumiere", "payment") if true.expect == "accept"}
    assert accepted == set(final.accepted)


def test_an_id_left_open_is_not_among_the_winners(lake: Path) -> None:
    final = expected_final(lake, "nordlicht", "account", LAST)
    only = set(final.either) - set(final.accepted) - set(final.repaired)
    assert only
    assert not only & set(final.winners())


def test_missing_ids_were_delivered_once_and_are_gone(lake: Path) -> None:
    final = expected_final(lake, "nordlicht", "contact", LAST)
    assert not final.missing & keys_upstream(lake, "nordlicht", "contact", LAST)
