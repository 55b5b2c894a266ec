"""The words of each language: people, places and what a service desk writes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Country:
    """One country: English name as exports write it, and addresses that exist nowhere exactly."""

    name: str
    code: str
    currency: str
    tax_per_mille: int
    phone: str
    cities: tuple[tuple[str, str, str], ...]  # postcode, city, region
    digits: int = 2  # of the currency, behind the point
    price_of_euro: int = 100  # what 100 cents of the catalogue cost here, in the currency's minor unit
    price_step: int = 1  # what prices here are rounded to

    def price(self, cents: int) -> int:
        """A catalogue price here, in the currency's minor unit."""
        if self.price_of_euro == 100 or not cents:
            return cents
        return max(1, round(cents * self.price_of_euro / 100 / self.price_step)) * self.price_step


@dataclass(frozen=True, kw_only=True)
class Language:
    """What people are called and what is written about them.

    Outside `rich_notes` no text holds its brand's delimiter, a double quote or a line break: a naive file
    could not carry it. Everything that goes beyond is planted as damage.
    """

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    street_form: str  # with {street} and {number}
    notes: tuple[str, ...]
    cancel_reasons: tuple[str, ...]
    payment_comments: tuple[str, ...]
    invoice_comments: tuple[str, ...]
    refund_comments: tuple[str, ...]
    memo_comments: tuple[str, ...]
    descriptions: tuple[str, ...]
    gateway_refusals: tuple[str, ...]
    afterthoughts: tuple[str, ...]  # what somebody adds
    mail_hosts: tuple[str, ...]
    rich_notes: tuple[str, ...] = ()  # with commas, quotes and line breaks; only where quoting carries them
