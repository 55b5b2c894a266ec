"""Physical lines of a text file, as bytes, in bounded memory.

Twenty lines of our own, because the CSV readers at hand fail on what damaged files hold: DuckDB's refuses
a whole file for one byte that is not UTF-8, Arrow's for one long line or a control character, and either
would lose the good rows around it (docs/adr/0003-lines-before-cells.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from hub.errors import FatalError

BLOCK_BYTES = 1 << 22
MAX_LINE_BYTES = 1 << 26
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[list[bytes]]:
    """Lists of lines without their line feeds, byte order mark removed; `.gz` is decompressed on the way.

    A carriage return stays: whether it ends the line or stands in a quoted cell is for the cells to tell.
    """
    rest, first = b"", True
    with pa.input_stream(str(path), compression="detect") as stream:
        while block := stream.read(BLOCK_BYTES):
            if first:
                block, first = block.removeprefix(BYTE_ORDER_MARK), False
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise FatalError(
                    f"{path.name} holds a line of more than {MAX_LINE_BYTES >> 20} MB",
                    hint="check how the file is written; it does not look like a table",
                )
            yield lines
    if rest:
        yield [rest]
