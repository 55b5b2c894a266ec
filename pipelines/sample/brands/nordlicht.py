"""Nordlicht: a German newspaper whose exporter quotes nothing."""

from pipelines.sample.brands.brand import PRODUCT_OF_TESTS, Brand, Charge, Part, Plan, Product
from pipelines.sample.brands.offers.nordlicht import NORDLICHT_OFFERS
from pipelines.sample.languages.abroad import JAPAN, KUWAIT
from pipelines.sample.languages.german import GERMAN, GERMANY
from pipelines.sample.layout import Layout

_MONTHLY = Charge(name="Monatsbeitrag Digital", cents=1290)
_PRINT = Charge(name="Abonnement Print monatlich", cents=4190)

NORDLICHT = Brand(
    code="nordlicht",
    name="Nordlicht",
    share=0.5,
    zone="Europe/Berlin",
    countries=((GERMANY, 0.996), (JAPAN, 0.002), (KUWAIT, 0.002)),
    language=GERMAN,
    layout=Layout(
        naive=True,
        delimiter=",",
        newline="\n",
        null="",
        other_nulls=("NULL",),
        flags={"test_account__c": {"true": "ja", "false": "nein"}},
    ),
    products=(
        Product(
            name="Nordlicht Digital", sku="NL-DIG", category="Digital", description="E-Paper und Webzugang"
        ),
        Product(
            name="Nordlicht Print",
            sku="NL-PRINT",
            category="Print",
            description="Zeitung von Montag bis Samstag",
        ),
        Product(
            name="Nordlicht Magazin",
            sku="NL-MAG-Q",
            category="Print",
            description="Vierteljährliches Magazin",
        ),
        Product(name="Nordlicht Prämien & Extras", sku="NL-XTRA", category="Zubehör"),
        PRODUCT_OF_TESTS,
    ),
    plans=(
        Plan(product=0, name="Digital Monatsabo", months=1, term=0, charges=(_MONTHLY,), weight=26),
        Plan(
            product=0, name="Digital Monatsabo 12 Monate", months=1, term=12, charges=(_MONTHLY,), weight=14
        ),
        Plan(
            product=0,
            step="front_end",
            name="Digital Monatsabo | FE | KW14",
            months=1,
            term=12,
            weight=10,
            promotion="FE-KW14",
            kind="acquisition",
            charges=(
                _MONTHLY,
                Charge(name="Willkommensrabatt 50 %", part=Part.DISCOUNT, cents=50, periods=3),
            ),
        ),
        Plan(
            product=0,
            name="Digital Jahresabo",
            months=12,
            term=12,
            charges=(Charge(name="Jahresbeitrag Digital", cents=12900),),
            weight=10,
        ),
        Plan(
            product=0,
            step="front_end",
            sort="trial",
            name="Probeabo 4 Wochen DIG-TRIAL-1EUR",
            months=1,
            term=12,
            weight=8,
            promotion="PROBE1",
            kind="trial",
            charges=(_MONTHLY, Charge(name="Probemonat für 1 Euro", part=Part.TRIAL, cents=93)),
        ),
        Plan(
            product=1,
            name="Print-Abo Mo-Sa monatlich mit Botenzustellung",
            months=1,
            term=12,
            weight=14,
            charges=(_PRINT, Charge(name="Versandkosten Bote", part=Part.SHIPPING, cents=290)),
        ),
        Plan(
            product=1,
            step="upsell_1",
            name="Print + Digital Kombiabo monatlich | US1",
            months=1,
            term=12,
            charges=(Charge(name="Kombibeitrag", cents=4790),),
            weight=6,
            kind="upsell",
        ),
        Plan(
            product=2,
            name="Magazin vierteljährlich",
            months=3,
            term=12,
            weight=7,
            charges=(
                Charge(name="Magazin Quartal", cents=1850),
                Charge(name="Einrichtung Kundenkonto", part=Part.SETUP, cents=250),
            ),
        ),
        Plan(
            product=1,
            step="upsell_1",
            sort="gift",
            name="GESCHENKABO (12 Ausgaben) | US1 | KW14",
            months=12,
            term=12,
            weight=3,
            gift=True,
            renews=False,
            kind="gift",
            charges=(Charge(name="Geschenkabo 12 Ausgaben", cents=9900, description="endet automatisch"),),
        ),
        Plan(
            product=0,
            step="win_back",
            name="Rückgewinnung Digital Monatsabo 3 für 1",
            months=1,
            term=0,
            weight=2,
            promotion="KOMMZURUECK",
            kind="winback",
            charges=(_MONTHLY, Charge(name="Treuerabatt Rückholer", part=Part.DISCOUNT, cents=66, periods=3)),
        ),
        Plan(
            product=3,
            step="cross_sell",
            name="Zusatzabo Rätselheft",
            months=3,
            term=0,
            charges=(Charge(name="Rätselheft", cents=790),),
            weight=3,
            kind="crosssell",
        ),
        Plan(
            product=0,
            sort="legacy",
            name="Alttarif Digital Basis",
            months=1,
            term=0,
            charges=(Charge(name="Grundgebühr Altvertrag", cents=690),),
            weight=2,
        ),
        *NORDLICHT_OFFERS,
    ),
    settles=True,
    card_gateway="Adyen DE",
    debit_name="SEPA",
)
