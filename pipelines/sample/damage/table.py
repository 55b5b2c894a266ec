"""Every kind of damage: how often it is planted, and what a correct hub makes of it.

Rates are planted rows per 10,000 rows of the tables where the kind is possible, for naive and for quoted
files. What is expected follows from the kind and from how it was planted, never from running a repair:
`accept` as it is, `repair` to exactly the true row, `quarantine`, `drop` (was never a row), or `either`
(repaired to exactly the true row, or quarantined; nothing else).
"""

from __future__ import annotations

from dataclasses import dataclass

ACCEPT, REPAIR, QUARANTINE, DROP, EITHER = "accept", "repair", "quarantine", "drop", "either"


@dataclass(frozen=True, kw_only=True)
class Damage:
    naive: float
    quoted: float
    expect: dict[str, str]  # by how it was planted; "" where there is one way


DAMAGE: dict[str, Damage] = {
    "shift_rest_kept": Damage(
        naive=48,
        quoted=0,
        expect={
            "alone_blank": REPAIR,
            "alone_tight": REPAIR,
            "beside_blank_full": REPAIR,  # the blank binds to the left, and no neighbour is empty
            "beside_blank": EITHER,
            "beside_tight": EITHER,  # nothing binds the pieces
        },
    ),
    "shift_two": Damage(
        naive=7, quoted=0, expect={"apart": REPAIR, "beside_blank": REPAIR, "beside": EITHER}
    ),
    "left_shift": Damage(naive=14, quoted=0, expect={"required": QUARANTINE, "nullable": EITHER}),
    "split_row": Damage(
        naive=12, quoted=0, expect={"alone": REPAIR, "beside": EITHER, "other_newline": EITHER}
    ),
    "merged_lines": Damage(naive=8, quoted=0, expect={"delimited": REPAIR, "glued": EITHER}),
    "quoted_split": Damage(naive=10, quoted=0, expect={"": REPAIR}),
    "decimal_comma": Damage(
        naive=8,
        quoted=0,
        expect={"alone": REPAIR, "among_amounts": EITHER, "beside_text": EITHER, "in_one_cell": EITHER},
    ),
    "header_again": Damage(naive=1, quoted=0.5, expect={"": DROP}),
    "bad_value": Damage(naive=10, quoted=8, expect={"": QUARANTINE}),
    "bad_utf8": Damage(naive=5, quoted=3, expect={"": EITHER}),
    "null_marker": Damage(naive=10, quoted=0, expect={"": ACCEPT}),
    "cursor_far": Damage(naive=4, quoted=3, expect={"garbage": QUARANTINE, "2099": ACCEPT}),
    "missing_key": Damage(naive=3, quoted=3, expect={"": QUARANTINE}),
    "key_trailing_blank": Damage(naive=3, quoted=2, expect={"": QUARANTINE}),
    "swapped_dates": Damage(naive=4, quoted=4, expect={"": QUARANTINE}),
    "truncated": Damage(naive=5, quoted=3, expect={"": QUARANTINE}),
    "unclosed_quote": Damage(naive=0, quoted=4, expect={"": EITHER}),
    # Not planted by chance: the row an open quote swallows, a file's last line, a file whose columns moved.
    "swallowed": Damage(naive=0, quoted=0, expect={"": EITHER}),
    "trailer": Damage(naive=0, quoted=0, expect={"": DROP}),
    "drifted_file": Damage(naive=0, quoted=0, expect={"": EITHER}),
}

TWO_ROWS = frozenset({"merged_lines", "unclosed_quote"})
BOM_FILES, TRAILER_FILES = 0.08, 0.1  # shares of the files; trailers in naive ones only
TRAILER = "Total rows: {rows}"
FAR_BUT_LATER = "2099-01-01 00:00:00.000000"
FAR_TABLES = frozenset({"invoice_item"})  # where no later change meets a cursor in 2099
DRIFT_BRAND, DRIFT_TABLE, DRIFT_LOAD = (
    "nordlicht",
    "invoice_item",
    3,
)  # the third load has a column nobody announced


def expectation(kind: str, how: str = "") -> str:
    return DAMAGE[kind].expect[how]
