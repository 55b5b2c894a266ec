"""What usually helps, by reason code: the short form of docs/how-to/respond-to-quarantine.md."""

from __future__ import annotations

_QUOTE = (
    "Ask the exporter to quote or escape delimiters in text; the row comes in when it is delivered again."
)
_EXPORTER = "The exporter has to deliver the row again."

REMEDIES = {
    "ambiguous": _QUOTE,
    "bad_encoding": "Set encoding in the source file, then replay.",
    "bad_json": _EXPORTER,
    "cursor_implausible": "If it is always the same text, add it to null_markers in the source file, then replay.",
    "merged_lines": "A line end was lost: ask for the file again.",
    "new_column": "Declare the column, ignore it, or accept new ones in the contract of the source file; then replay.",
    "not_certain": _QUOTE,
    "order_violated": "Wrong upstream: the exporter has to correct it, or dismiss it.",
    "repair_unreadable": "This is a defect of the hub: please report it.",
    "shifted": _QUOTE,
    "short_row": "A line was cut in two, or a column left out: ask for the file again, or map the columns.",
    "stored_differs": "Compare it with the stored row: if it is right, ask for it quoted; if not, dismiss it.",
    "too_large": "Too large to be kept, so no replay brings it back: the exporter has to shorten it.",
    "unanchored": _QUOTE,
    "unclosed_quote": 'If quotes mean nothing in this file, write writing = "naive" in the source file, then replay.',
    "unreadable": "A null marker, a zone or another value of a choice is missing in the source file; then replay.",
    "value_lost": _EXPORTER,
}
