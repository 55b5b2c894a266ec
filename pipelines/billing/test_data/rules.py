"""A rule of test-data detection as data, the layers there are, and what fits into each. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hub.errors import ConfigError
from pipelines.billing.test_data.addresses import domain_of, plain_domain, whole_address
from pipelines.billing.test_data.words import fold, plain, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of configuration: `layer` says what `value` is ("internal_domain", "known_individual", ...).

    All fields are text, as they stand in the table.
    """

    name: str
    layer: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A kind of rule: `read` gives the value in the form it is compared in, '' (or ()) for one that fits not."""

    read: Callable[[str], str]
    hint: str


KNOWN = ("email", "first_name", "last_name", "postal_code")
OFFICE = ("address_contains", "postal_code")


def fields_of(value: str) -> dict[str, str]:
    """The parts of "email=robin@firm.com; last_name=Example"; keys that stand alone are left out."""
    pairs = (part.partition("=") for part in value.split(";"))
    return {fold(key): text.strip() for key, _, text in pairs if text.strip()}


def _known_individual(value: str) -> str:
    fields = fields_of(value)
    by_name = tokens(fields.get("last_name")) and fields.get("postal_code")
    by_mail = whole_address(fields.get("email", ""))
    return value if set(fields) <= set(KNOWN) and (by_name or by_mail) else ""


def _office_address(value: str) -> str:
    fields = fields_of(value)
    return value if set(fields) <= set(OFFICE) and all(fields.get(key) for key in OFFICE) else ""


def _domain(value: str) -> str:
    return plain_domain(value) if domain_of(f"x@{value}") and "@" not in value else ""


def _digits(shape: str) -> Callable[[str], str]:
    return lambda value: value if re.fullmatch(shape, value := re.sub(r"[\s-]", "", fold(value))) else ""


def _card(value: str) -> str:
    number = re.sub(r"[\s-]", "", fold(value))
    return number if re.fullmatch("[0-9]{12,19}", number) and passes_luhn(number) else ""


def _iban(value: str) -> str:
    iban = re.sub(r"[\s-]", "", fold(value)).upper()
    return iban if re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban) else ""


def _name(value: str) -> str:
    return "".join(tokens(value))


def _word(value: str) -> str:
    found = tokens(value)
    return found[0] if len(found) == 1 and found[0] == plain(value) else ""


def _amount(value: str) -> str:
    try:
        amount = Decimal(value.strip())
    except InvalidOperation:
        return ""
    return str(amount) if amount.is_finite() and amount >= 0 else ""


def passes_luhn(number: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


A_DOMAIN = Layer(read=_domain, hint='a domain without "@", such as firm.example or test')
A_NAME = Layer(read=_name, hint="a given and a family name")
A_WORD = Layer(read=_word, hint="one word, of letters only")

LAYERS: dict[str, Layer] = {
    "account_name_prefix": Layer(read=fold, hint="how the names of test accounts begin"),
    "test_batch": Layer(read=fold, hint="the name of a billing batch, such as Batch50"),
    "blocked_email": Layer(read=whole_address, hint="a whole address; for a domain use reserved_domain"),
    "blocked_name": A_NAME,
    "known_individual": Layer(
        read=_known_individual,
        hint="email=... or last_name=...; postal_code=... (first_name=... too if you like), parted by semicolons",
    ),
    "office_address": Layer(read=_office_address, hint="address_contains=...; postal_code=..."),
    "internal_domain": A_DOMAIN,
    "reserved_domain": A_DOMAIN,
    "disposable_domain": A_DOMAIN,
    "relay_domain": A_DOMAIN,
    "test_promotion_code": Layer(read=fold, hint="the whole code"),
    "test_card": Layer(read=_card, hint="a whole card number whose check digit is right"),
    "test_bin": Layer(read=_digits("[0-9]{6}|[0-9]{8}"), hint="the first six or eight digits of cards"),
    "test_last_four": Layer(read=_digits("[0-9]{4}"), hint="four digits"),
    "test_iban": Layer(read=_iban, hint="a whole IBAN"),
    "test_holder": A_NAME,
    "test_gateway_word": A_WORD,
    "test_word": A_WORD,
    "placeholder_name": A_NAME,
    "usual_placeholder": A_NAME,
    "common_name": A_NAME,
    "settled_veto": Layer(read=_amount, hint="an amount such as 1.00"),
}


def check_rule(rule: Rule) -> None:
    """Raise ConfigError, with a hint, for an unknown layer or a value that does not fit its layer."""
    read_rule(rule)
    if not rule.value.strip():
        raise ConfigError(f"rule {rule.name}: the value is empty", hint=f"expected {LAYERS[rule.layer].hint}")


def read_rule(rule: Rule) -> str:
    """The value of a rule as it is compared; '' for a blank one, which matches nothing."""
    layer = LAYERS.get(rule.layer)
    if layer is None:
        raise ConfigError(
            f"rule {rule.name}: there is no layer {rule.layer!r}", hint="one of " + ", ".join(sorted(LAYERS))
        )
    value = layer.read(rule.value)
    if not value and rule.value.strip():
        raise ConfigError(
            f"rule {rule.name}: {rule.layer} cannot be {rule.value!r}", hint=f"expected {layer.hint}"
        )
    return value


class Rulebook:
    """The values of a set of rules by layer, in the form they are compared in."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        found: dict[str, set[str]] = {layer: set() for layer in LAYERS}
        for rule in rules:
            if value := read_rule(rule):
                found[rule.layer].add(value)
        self._values = {layer: frozenset(values) for layer, values in found.items()}

    def __getitem__(self, layer: str) -> frozenset[str]:
        return self._values[layer]
