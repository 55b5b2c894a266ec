"""Folders that deliveries are written into."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pipelines.delivery.files import ABANDONED, FolderSender
from pipelines.delivery.parcels import NDJSON, Parcel

PARCEL = Parcel(id="crm-000000002-20250601T120000Z.jsonl", media_type=NDJSON, body=b"{}\n")


def left_by_a_writer(folder: Path, *, seconds_ago: float) -> Path:
    part = folder / ".crm-000000001-20250601T110000Z.jsonl.part"
    part.write_bytes(b"{")
    then = time.time() - seconds_ago
    os.utime(part, (then, then))
    return part


def test_what_another_writer_is_writing_is_left_alone(tmp_path: Path) -> None:
    part = left_by_a_writer(tmp_path, seconds_ago=ABANDONED - 60)
    FolderSender(tmp_path).send(PARCEL)
    assert sorted(path.name for path in tmp_path.iterdir()) == [part.name, PARCEL.id]


def test_what_a_writer_left_a_day_ago_is_removed(tmp_path: Path) -> None:
    left_by_a_writer(tmp_path, seconds_ago=ABANDONED + 60)
    FolderSender(tmp_path).send(PARCEL)
    assert [path.name for path in tmp_path.iterdir()] == [PARCEL.id]
