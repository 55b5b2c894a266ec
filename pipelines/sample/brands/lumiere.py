"""Lumière: a French weekly, also sold in Switzerland, whose files are compressed and split at semicolons."""

from pipelines.sample.brands.brand import PRODUCT_OF_TESTS, Brand, Charge, Part, Plan, Product
from pipelines.sample.brands.offers.lumiere import LUMIERE_OFFERS
from pipelines.sample.languages.abroad import SPAIN
from pipelines.sample.languages.french import FRANCE, FRENCH, SWITZERLAND
from pipelines.sample.layout import Layout

_MONTHLY = Charge(name="Mensualité numérique", cents=990)
_PAPER = Charge(name="Abonnement papier mensuel", cents=2490)

LUMIERE = Brand(
    code="lumiere",
    name="Lumière",
    share=0.3,
    zone="Europe/Paris",
    countries=((FRANCE, 0.75), (SPAIN, 0.07), (SWITZERLAND, 0.18)),
    language=FRENCH,
    layout=Layout(naive=True, delimiter=";", newline="\r\n", null="\\N", gzip=True, decimals=2, iso_every=4),
    products=(
        Product(
            name="Lumière numérique",
            sku="LU-NUM",
            category="numérique",
            description="site, application et archives",
        ),
        Product(
            name="Lumière l'hebdo",
            sku="LU-HEBDO",
            category="papier",
            description="52 numéros par an, port compris",
        ),
        Product(name="Hors-séries", sku="LU-HS", category="papier"),
        PRODUCT_OF_TESTS,
    ),
    plans=(
        Plan(product=0, name="Numérique durée libre", months=1, term=0, charges=(_MONTHLY,), weight=30),
        Plan(
            product=0,
            name="Numérique mensuel engagement 12 mois",
            months=1,
            term=12,
            charges=(_MONTHLY,),
            weight=12,
        ),
        Plan(
            product=0,
            step="front_end",
            sort="trial",
            name="Offre découverte 1 € le premier mois",
            months=1,
            term=12,
            weight=10,
            promotion="DECOUVERTE1",
            kind="essai",
            charges=(_MONTHLY, Charge(name="Période d'essai", part=Part.TRIAL, cents=98)),
        ),
        Plan(
            product=0,
            sort="prepaid",
            renews=False,
            name="Numérique annuel payé d'avance",
            months=12,
            term=12,
            charges=(Charge(name="Abonnement annuel", cents=9900),),
            weight=8,
        ),
        Plan(
            product=1,
            name="Hebdo papier + numérique mensuel",
            months=1,
            term=12,
            weight=16,
            charges=(_PAPER, Charge(name="Frais de port", part=Part.SHIPPING, cents=210)),
        ),
        Plan(
            product=1,
            name="Hebdo trimestriel",
            months=3,
            term=12,
            weight=8,
            charges=(
                Charge(name="Abonnement trimestre", cents=6900),
                Charge(name="Frais de dossier", part=Part.FEE, cents=300),
            ),
        ),
        Plan(
            product=0,
            step="win_back",
            name="Reconquête anciens abonnés mensuel -50 %",
            months=1,
            term=0,
            weight=4,
            promotion="REVENEZ",
            kind="reconquete",
            charges=(
                _MONTHLY,
                Charge(name="Remise fidélité, six mois", part=Part.DISCOUNT, cents=50, periods=6),
            ),
        ),
        Plan(
            product=1,
            sort="gift",
            name="Abonnement cadeau 12 numéros",
            months=12,
            term=12,
            weight=4,
            gift=True,
            renews=False,
            kind="cadeau",
            charges=(Charge(name="Abonnement cadeau", cents=7900, description="sans reconduction"),),
        ),
        Plan(
            product=2,
            name="Hors-séries à l'unité",
            months=12,
            term=1,
            renews=False,
            sort="one_time",
            charges=(Charge(name="Hors-série à l'unité", part=Part.ONCE, cents=890),),
            weight=3,
        ),
        *LUMIERE_OFFERS,
    ),
    settles=True,
    card_gateway="Stripe FR",
    debit_name="SEPA",
)
