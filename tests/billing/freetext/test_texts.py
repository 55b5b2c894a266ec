"""Texts of five languages with the classes that a person gave them, one a line in texts/*.txt."""

from pathlib import Path

import pytest

from tests.billing.freetext.cast import Triple, values

FOLDER = Path(__file__).parent / "texts"


def written() -> list[tuple[str, Triple]]:
    found: list[tuple[str, Triple]] = []
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            text, _, answers = line.rpartition(" | ")
            step, category, kind = (None if word == "-" else word for word in answers.split())
            found.append((text, (step, category, kind)))
    return found


@pytest.mark.parametrize(("text", "expected"), written(), ids=lambda value: str(value)[:40])
def test_a_text_gets_the_classes_that_a_person_gave_it(text: str, expected: Triple) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("product.sku", "TRIAL_1EUR_14J>REC_29.90_1M", ("front_end", "trial", "trial")),  # now, not later
        ("product.sku", "FE_TRIAL>OTO2", ("upsell_2", None, "trial")),  # a step is a step, also of later
        ("rate_plan.name", "Legacy Probeabo", (None, None, "trial")),  # retired, so it is no first offer
        ("rate_plan.name", "No 7 trial", ("front_end", None, "trial")),  # a number, no negation
        ("rate_plan.name", "Trial free for 14 days", ("front_end", None, "trial")),
        ("rate_plan.name", "Fee-free monthly", (None, "recurring", "standard")),
        ("product.sku", "US1-DE-KOLL-6", ("upsell_1", None, None)),
        ("product.sku", "US-1YEAR-PRINT", (None, None, None)),  # the country
        ("product.name", "PHOTO1 goto1 proto1", (None, None, None)),
        ("rate_plan.name", "GESCHENKABO (12 Ausgaben) | US1 | KW14", ("upsell_1", None, "gift")),
        ("rate_plan.name", "4 Wochen gratis testen, danach 9,90 €/Monat", ("front_end", None, "trial")),
        ("rate_plan.name", "Geschenkabo inkl. Geschenkverpackung", (None, None, "gift")),
        ("invoice_item.charge_name", "Probeabo", ("front_end", "trial", "trial")),  # a charge: its price
        ("invoice_item.description", "HORSE AND CARRIAGE DOORSTOP", (None, None, None)),
        ("invoice_item.charge_name", "Porto & Verpackung", (None, "shipping", None)),
        ("invoice_item.charge_name", "MwSt. -20 %", (None, "tax_fee", None)),
        ("campaign", "Kündigungsrückholer −30 %", ("win_back", "discount", None)),
    ],
)
def test_codes_charges_and_traps(field: str, text: str, expected: Triple) -> None:
    assert values((field, text)) == expected
