"""Countries as they stand in contacts."""

import pytest
from babel import Locale

from pipelines.billing.enrich.countries import LANGUAGES, country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        (" GERMANY ", "DE"),
        ("Allemagne", "DE"),
        ("Duitsland", "DE"),
        ("Alemania", "DE"),
        ("Österreich", "AT"),
        ("O\u0308sterreich", "AT"),  # decomposed
        ("Oesterreich", "AT"),
        ("Osterreich", "AT"),
        ("Côte d’Ivoire", "CI"),
        ("Cote d'Ivoire", "CI"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("England", "GB"),
        ("Großbritannien", "GB"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("Pays-Bas", "NL"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        ("EU", None),  # a union, no country
        ("Europe", None),
        ("ZZ", None),
        ("150", None),
        ("Berlin", None),
        ("", None),
        ("-", None),
        (None, None),
    ],
)
def test_a_country_by_its_name(text: str | None, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_known_by_its_name_in_every_language(language: str) -> None:
    names = Locale(language).territories
    countries = [
        "DE",
        "AT",
        "CH",
        "FR",
        "BE",
        "LU",
        "NL",
        "ES",
        "IT",
        "GB",
        "US",
        "JP",
        "KW",
        "PL",
        "DK",
        "SE",
    ]
    assert [country_code(str(names[code])) for code in countries] == countries


def test_no_name_stands_for_two_countries() -> None:
    """Where languages use one word for two, the first language wins; a code always means itself."""
    codes = ["IN", "IE", "IT", "AT", "BE", "NO", "DE", "ES", "LA", "MO"]
    assert [country_code(code) for code in codes] == codes
