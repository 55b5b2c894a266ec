"""Polder: a Dutch daily with a careful exporter (quoted cells, ISO instants) and its own order of columns."""

from pipelines.sample.brands.brand import PRODUCT_OF_TESTS, Brand, Charge, Part, Plan, Product
from pipelines.sample.brands.offers.polder import POLDER_OFFERS
from pipelines.sample.languages.dutch import DUTCH, NETHERLANDS
from pipelines.sample.layout import Layout

_MONTHLY = Charge(name="Maandbedrag digitaal", cents=1100)
_PAPER = Charge(name="Krant maandelijks", cents=3300)

POLDER = Brand(
    code="polder",
    name="Polder",
    share=0.2,
    zone="Europe/Amsterdam",
    countries=((NETHERLANDS, 1.0),),
    language=DUTCH,
    layout=Layout(
        naive=False,
        delimiter=",",
        newline="\n",
        null="",
        reordered=True,
        decimals=3,
        offset_zone="Europe/Amsterdam",
    ),
    products=(
        Product(
            name="Polder Digitaal", sku="PO-DIG", category="digitaal", description="site, app en archief"
        ),
        Product(name="Polder Krant, maandag t/m zaterdag", sku="PO-KRANT", category="papier"),
        Product(
            name="Polder Weekend", sku="PO-WKND", category="papier", description='de "dikke" zaterdageditie'
        ),
        PRODUCT_OF_TESTS,
    ),
    plans=(
        Plan(
            product=0,
            name="Digitaal, maandelijks opzegbaar",
            months=1,
            term=0,
            charges=(_MONTHLY,),
            weight=30,
        ),
        Plan(
            product=0,
            name="Digitaal jaarabonnement",
            months=12,
            term=12,
            charges=(Charge(name="Jaarbedrag", cents=11000),),
            weight=10,
        ),
        Plan(
            product=0,
            step="front_end",
            sort="trial",
            name="Proefabonnement, eerste maand € 1",
            months=1,
            term=12,
            weight=10,
            promotion="PROEF1",
            kind="proef",
            charges=(_MONTHLY, Charge(name="Kennismaking, eerste maand", part=Part.TRIAL, cents=92)),
        ),
        Plan(
            product=1,
            name="Krant + digitaal maandelijks",
            months=1,
            term=12,
            weight=18,
            charges=(_PAPER, Charge(name="Verzendkosten", part=Part.SHIPPING, cents=250)),
        ),
        Plan(
            product=2,
            name="Weekendabonnement",
            months=3,
            term=12,
            charges=(Charge(name="Kwartaalbedrag weekend", cents=4200),),
            weight=10,
        ),
        Plan(
            product=2,
            step="win_back",
            name="Kom terug: weekend maandelijks met 40% korting",
            months=1,
            term=12,
            weight=4,
            promotion="KOMTERUG",
            kind="terugwin",
            charges=(
                Charge(name="Weekend maandelijks", cents=1500),
                Charge(name="Korting, kom terug", part=Part.DISCOUNT, cents=40, periods=4),
            ),
        ),
        Plan(
            product=1,
            sort="gift",
            name='Cadeau-abonnement "een jaar Polder"',
            months=12,
            term=12,
            weight=3,
            gift=True,
            renews=False,
            kind="cadeau",
            charges=(
                Charge(name="Cadeau-abonnement", cents=19900),
                Charge(name="Activering", part=Part.SETUP, cents=500),
            ),
        ),
        *POLDER_OFFERS,
    ),
    settles=False,
    card_gateway="Mollie NL",
    debit_name="SEPA",
)
