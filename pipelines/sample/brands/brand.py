"""What makes a brand: its market, its file layout and its catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipelines.sample.languages import Country, Language
from pipelines.sample.layout import Layout

TEST_PLAN = "TestDateProduct"


class Part(StrEnum):
    """What a charge is for; decides when it is billed and with which sign."""

    MAIN = "main"
    TRIAL = "trial"
    SETUP = "setup"
    SHIPPING = "shipping"
    FEE = "fee"
    ONCE = "once"
    DISCOUNT = "discount"


CATEGORY = {
    Part.MAIN: "recurring",
    Part.TRIAL: "trial",
    Part.SETUP: "one_time",
    Part.SHIPPING: "shipping",
    Part.FEE: "tax_fee",
    Part.ONCE: "one_time",
    Part.DISCOUNT: "discount",
}


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge of the catalogue; `cents` is the net price of a period, or the percentage of a discount."""

    name: str
    part: Part = Part.MAIN
    cents: int
    description: str | None = None
    periods: int | None = None  # how many billing periods a discount lasts

    @property
    def category(self) -> str:
        """What a classifier must find it to be."""
        return CATEGORY[self.part]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A rate plan as offered; `months` is the billing period, `term` the months of a term (0: open-ended).

    `step` and `sort` are what a classifier must find: the funnel step (None: nothing says so) and the
    subscription class.
    """

    product: int
    name: str
    months: int
    term: int
    charges: tuple[Charge, ...]
    weight: int = 10
    step: str | None = None
    sort: str = "standard"
    promotion: str | None = None
    kind: str | None = None
    gift: bool = False
    renews: bool = True
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Product:
    name: str
    sku: str
    category: str | None = None
    description: str | None = None


# What somebody left in every brand's catalogue; chance sells it to nobody.
PRODUCT_OF_TESTS = Product(name=TEST_PLAN, sku="TST-1", description="Testing Description 1")


def plan_of_tests(product: int) -> Plan:
    charge = Charge(name=f"{TEST_PLAN} monthly", cents=990)
    return Plan(product=product, name=TEST_PLAN, months=1, term=0, weight=0, charges=(charge,))


@dataclass(frozen=True, kw_only=True)
class Brand:
    """`settles` tells a tenant with invoice settlement (refunds name payments) from a legacy one."""

    code: str
    name: str
    share: float
    zone: str
    countries: tuple[tuple[Country, float], ...]
    language: Language
    layout: Layout
    products: tuple[Product, ...]
    plans: tuple[Plan, ...]
    settles: bool
    card_gateway: str
    debit_name: str
