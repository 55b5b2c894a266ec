"""Deliveries as files: JSON lines in a folder. A file appears under its name only when all of it is on the disk."""

from __future__ import annotations

import os
import time
from datetime import UTC
from pathlib import Path

from hub import clock
from pipelines.delivery.parcels import Parcel
from pipelines.delivery.verdict import Answer

PART = ".part"
ABANDONED = 24 * 3600  # seconds after which a part belongs to nobody who lives


def file_name(target: str, number: int) -> str:
    """`crm-000000012-20250601T120000Z.jsonl`: names sort as files were claimed, whatever the clocks say."""
    return f"{target}-{number:09}-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}.jsonl"


class FolderSender:
    """One folder; a parcel's id is the name of its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = False

    def send(self, parcel: Parcel) -> Answer:
        begun = time.monotonic()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            self._write(parcel)
        except OSError as error:
            return Answer(error="write", detail=error.strerror or "", seconds=time.monotonic() - begun)
        return Answer(seconds=time.monotonic() - begun)

    def close(self) -> None: ...

    def _write(self, parcel: Parcel) -> None:
        part = self._folder / f".{parcel.id}{PART}"
        with part.open("wb") as file:
            file.write(parcel.body)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / parcel.id)
        _sync_names(self._folder)

    def _sweep(self) -> None:
        """Remove what writers left that were killed: once, and only what is a day old."""
        if self._swept:
            return
        self._swept = True
        for part in self._folder.glob(f".*.jsonl{PART}"):
            if time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink(missing_ok=True)


def _sync_names(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
