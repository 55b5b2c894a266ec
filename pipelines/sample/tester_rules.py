"""What a hub must be told about the sample's brands to know their test accounts: the demo seeds these rules.

(layer, value, note) as the rules table holds them; everything else a judge knows by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.sample.brands import BRANDS, Brand

Rule = tuple[str, str, str]


def rules_for(brand: Brand) -> Iterator[Rule]:
    """The rules of one brand."""
    yield "internal_domain", f"{brand.code}.alt", "where the brand's own people have their mail"
    yield "test_batch", "Batch50", "the billing batch kept for tests"
    yield "account_name_prefix", "zzz_", "how testers name their accounts"
    yield "test_promotion_code", "QATEST100", "given to testers only"
    person = "email=kim.kraneburg@briefkasten.alt; last_name=Kraneburg; postal_code=99998"
    yield "known_individual", person, "somebody in the office who tries things out"
    yield "office_address", "address_contains=Verlagshaus am Hafen; postal_code=99998", "the office"


TESTER_RULES: dict[str, tuple[Rule, ...]] = {code: tuple(rules_for(brand)) for code, brand in BRANDS.items()}
