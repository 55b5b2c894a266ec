"""How a seed is written down: a value, its words, and what they do not mean."""

from __future__ import annotations

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY, FUNNEL_STEP, SUBSCRIPTION_CLASS
from pipelines.billing.freetext.rule import Rule

SHORT = {FUNNEL_STEP: "step", CHARGE_CATEGORY: "charge", SUBSCRIPTION_CLASS: "class"}

# Beside these, goods are what a subscription brings, not a single purchase: "Kochbuch-Club, monatlich".
RUNNING = """anywhere: monthly | annual | yearly | quarterly | subscription* | membership* | club | magazine |
    abo | *abo | *abonnement | abonnement* | monatlich* | jährlich* | *mitgliedschaft | réabonnement* |
    mensuel* | annuel* | trimestriel* | formule | lidmaatschap* | maandelijks* | jaarlijks* | per (maand|jaar) |
    suscripción* | mensual* | anual* | trimestral* | cuota | membresía*"""


class Seeds:
    """Rules of one taxonomy and language; `rule` adds one, named `charge.discount.de` or
    `charge.discount.de.theme`."""

    def __init__(self, taxonomy: str, language: str = "") -> None:
        self._taxonomy = taxonomy
        self._language = language
        self.rules: list[Rule] = []

    def rule(self, value: str, *patterns: str, theme: str = "", unless: str = "", note: str = "") -> None:
        parts = (SHORT[self._taxonomy], value, self._language or "any", theme)
        self.rules.append(
            Rule(
                name=".".join(part for part in parts if part),
                taxonomy=self._taxonomy,
                value=value,
                pattern=" | ".join(patterns),
                unless=unless,
                language=self._language,
                note=note,
            )
        )
