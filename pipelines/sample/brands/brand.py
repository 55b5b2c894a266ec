"""What makes a brand: its market, its file layout and its catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipelines.sample.languages import Country, Language
from pipelines.sample.layout import Layout


class Part(StrEnum):
    """What a charge is for; decides when it is billed and with which sign."""

    MAIN = "main"
    TRIAL = "trial"
    SETUP = "setup"
    SHIPPING = "shipping"
    DISCOUNT = "discount"


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge of the catalogue; `cents` is the net price of a period, or the percentage of a discount."""

    name: str
    part: Part = Part.MAIN
    cents: int
    description: str | None = None
    periods: int | None = None  # how many billing periods a discount lasts


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A rate plan as offered; `months` is the billing period, `term` the months of a term (0: open-ended)."""

    product: int
    name: str
    months: int
    term: int
    charges: tuple[Charge, ...]
    weight: int = 10
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
