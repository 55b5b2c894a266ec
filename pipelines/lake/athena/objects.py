"""Objects in S3: their size and time, and their bytes a range at a time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from hub.commands import stop_requested
from hub.errors import InterruptedRun
from pipelines.lake.athena import failures

RANGE_BYTES = 8 << 20  # one request; long downloads break off while a database is waited for


@dataclass(frozen=True, kw_only=True)
class Stat:
    """Size in bytes, seconds since 1970 of the last change."""

    size: int
    modified: int


def place_of(url: str) -> tuple[str, str]:
    """Bucket and key of an address."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key


def stat(s3: Any, url: str) -> Stat | None:
    """What S3 says of an object; None where there is none."""
    bucket, key = place_of(url)
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if failures.code_of(error) in failures.GONE_CODES:
            return None
        raise failures.of_call(error, f"looking at {url}") from None
    except BotoCoreError as error:
        raise failures.of_call(error, f"looking at {url}") from None
    return Stat(size=found["ContentLength"], modified=int(found["LastModified"].timestamp()))


def read(s3: Any, url: str) -> bytes:
    """All of a small object."""
    bucket, key = place_of(url)
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except (ClientError, BotoCoreError) as error:
        raise failures.of_call(error, f"reading {url}") from None


def download(s3: Any, url: str, folder: Path, name: str) -> Path:
    """An object as a file of a folder."""
    path = folder / name
    with path.open("wb") as file, Ranges(s3, url) as ranges:
        while block := ranges.read(RANGE_BYTES):
            if stop_requested():
                raise InterruptedRun(
                    f"stopped while {name} was fetched", hint="run the command again to go on"
                )
            file.write(block)
    return path


class Ranges(io.RawIOBase):
    """An object's bytes as a stream, fetched a range at a time; a changed object is an error, not a mixture."""

    def __init__(self, s3: Any, url: str) -> None:
        self._s3, self._url = s3, url
        self._bucket, self._key = place_of(url)
        self._block, self._at, self._place = b"", 0, 0
        self._size: int | None = None
        self._tag: dict[str, str] = {}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._at == len(self._block) and not self._fetch():
            return 0
        part = self._block[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _fetch(self) -> bool:
        """The next range; False behind the last byte. S3 answers the end of a range that leads too far."""
        if self._size is not None and self._place >= self._size:
            return False
        last = self._place + RANGE_BYTES - 1
        try:
            found = self._s3.get_object(
                Bucket=self._bucket, Key=self._key, Range=f"bytes={self._place}-{last}", **self._tag
            )
            self._block, self._at = found["Body"].read(), 0
        except ClientError as error:
            if failures.code_of(error) in {"InvalidRange", "416"}:  # nothing in it, or nothing more
                return False
            raise failures.of_call(error, f"reading {self._url}") from None
        except BotoCoreError as error:
            raise failures.of_call(error, f"reading {self._url}") from None
        self._size = int(found["ContentRange"].rpartition("/")[2])
        self._tag = {"IfMatch": found["ETag"]}
        self._place += len(self._block)
        return bool(self._block)
