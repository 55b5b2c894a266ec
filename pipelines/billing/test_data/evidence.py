"""What is known of an account, and the verdict on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact of the account."""

    first_name: str | None = None
    last_name: str | None = None
    emails: tuple[str, ...] = ()
    postal_code: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A payment method of the account."""

    bin: str | None = None
    masked_number: str | None = None
    holder: str | None = None
    iban: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment of the account; `settled` where its money has come in. `currency`: ISO 4217, None if unknown."""

    amount: Decimal
    settled: bool
    gateway: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvidence:
    """All that speaks for or against an account being a test account.

    `payments_known` is False where nobody looked: no payments then does not mean that nothing was paid.
    """

    name: str | None = None
    flag: bool | None = None
    batch: str | None = None
    people: tuple[Person, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    payments: tuple[Paid, ...] = ()
    promotion_codes: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    payments_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`is_test` with the confidence of the verdict ("certain", "likely", "suspect") and the reasons."""

    is_test: bool
    confidence: str
    reasons: tuple[str, ...] = ()


CERTAIN, LIKELY, SUSPECT, ODD, ASIDE = "certain", "likely", "suspect", "odd", "aside"


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was noticed: a stable reason code, and how much it says.

    `ODD` is what ordinary people have too, but which a reader of the list would stumble over. `ASIDE` says
    nothing alone and stands beside a suspicion.
    """

    reason: str
    weight: str
