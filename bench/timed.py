"""Run a management command with stopwatches on its steps: the last line it prints is their seconds, as JSON.

python -m bench.timed [--without-repair] import_billing --json
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

WITHOUT_REPAIR = "--without-repair"


def main(arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django
    from django.core.management import execute_from_command_line

    from bench.breakdown import watch

    django.setup()
    if WITHOUT_REPAIR in arguments:
        take_repair_out()
    seconds = watch()
    command = [argument for argument in arguments if argument != WITHOUT_REPAIR]
    try:
        execute_from_command_line(["manage.py", *command])
    finally:
        print(json.dumps(seconds))


def take_repair_out() -> None:
    """Take every row as it is typed: no row is looked at for a fault, none is mended or rejected.

    Only for a lake without damage, to measure what looking costs there.
    """
    from pipelines.engine import chunk, importing, reading

    def taken_as_they_are(
        rows: chunk.Chunk, raw_checksums: Sequence[bytes], origin: reading.Origin
    ) -> reading.RowsRead:
        typed = chunk.typed_cells(rows)
        return reading.RowsRead(rows=chunk.incoming(rows, typed, raw_checksums, range(rows.rows)))

    vars(importing)["read_by_contract"] = taken_as_they_are


if __name__ == "__main__":
    main(sys.argv[1:])
