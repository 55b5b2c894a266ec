"""What is recorded of a mended row has its place on every database: SQLite would take a text of any length."""

import json

import pytest

from pipelines.engine.models import Repair
from tests.engine.conftest import HEADER, Club, member

pytestmark = pytest.mark.django_db
QUOTED = {name: f'"{cell}"' for name, cell in member("m1", note="seit 2019", email="ada@example.org").items()}


def test_a_row_mended_in_every_cell_names_all_columns(club: Club) -> None:
    club.lake.write("acme/club/member/part-001.jsonl", json.dumps(QUOTED) + "\n")
    assert club.imports().counts.repaired == 1
    repair = Repair.objects.get()
    repair.full_clean(exclude=["runner_up"])
    assert repair.column.split("|") == [*HEADER]


def test_names_beyond_the_place_for_them_are_cut(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.engine.quarantine.NAMES_LENGTH", 20)
    club.lake.write("acme/club/member/part-001.jsonl", json.dumps(QUOTED) + "\n")
    club.imports()
    assert Repair.objects.get().column == "id|number|name|leve…"
