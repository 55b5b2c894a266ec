"""The seeds: one file for each taxonomy and language, `any` for what needs none."""

from __future__ import annotations

from pipelines.billing.freetext.rule import Rule
from pipelines.billing.freetext.seeds import (
    charges_any,
    charges_de,
    charges_en,
    charges_es,
    charges_fr,
    charges_nl,
    classes_any,
    classes_de,
    classes_en,
    classes_es,
    classes_fr,
    classes_nl,
    steps_any,
    steps_de,
    steps_en,
    steps_es,
    steps_fr,
    steps_nl,
)

FILES = (
    *(steps_any, steps_en, steps_de, steps_fr, steps_nl, steps_es),
    *(charges_any, charges_en, charges_de, charges_fr, charges_nl, charges_es),
    *(classes_any, classes_en, classes_de, classes_fr, classes_nl, classes_es),
)
ALL: tuple[Rule, ...] = tuple(rule for file in FILES for rule in file.RULES)
