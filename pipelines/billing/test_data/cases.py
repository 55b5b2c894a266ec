"""The case suite `test_data`: rows of an account and whether it should be taken for a test. Pure.

`meta.config` stands in for the stored rules of a brand; the seeds hold beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.cases import CaseResult
from pipelines.billing.test_data.verdict import (
    LAYERS,
    SEED,
    AccountEvidence,
    Instrument,
    Judge,
    Paid,
    Person,
    Rule,
    Verdict,
)

Row = Mapping[str, Any]
TRUE = frozenset(
    ["true", "t", "1", "yes", "y", "ja", "j", "oui", "o", "si", "sí", "x", "on", "wahr", "vrai", "waar"]
)
SETTLED = frozenset({"processed", "posted", "settled"})
BOUNCED = frozenset({"failedtosettle", "notsubmitted"})
COMPARED = ("is_test", "confidence")
LAYER_OF = {  # names of settings that are not their layer's plural
    "known_individuals": "known_individual",
    "test_batches": "test_batch",
    "account_name_prefixes": "account_name_prefix",
    "office_addresses": "office_address",
    "email_blocklist": "blocked_email",
    "name_blocklist": "blocked_name",
    "settled_veto": "settled_veto",
}


def run(content: Any) -> Iterator[CaseResult]:
    """Every case's result, by the seeds and the file's own configuration."""
    judge = Judge(rules_of(content.get("meta", {}).get("config", {})))
    for case in content["cases"]:
        expected, got = case["expected"], _as_dict(judge.judge(evidence_of(case["fields"])))
        ok = all(expected[key] == got[key] for key in COMPARED)
        yield CaseResult(id=str(case["id"]), ok=ok, expected=expected, got=got)


def rules_of(config: Mapping[str, Any]) -> list[Rule]:
    """The seeds and a configuration as rules; a configured veto replaces the seeded one.

    Raises ValueError for a setting that no layer answers to.
    """
    configured = [
        Rule(name=f"{setting}:{place}", layer=_layer(setting), value=_value(entry))
        for setting, entries in config.items()
        for place, entry in enumerate(entries if isinstance(entries, list) else [entries])
    ]
    replaced = {rule.layer for rule in configured} & {"settled_veto"}
    return [*(rule for rule in SEED if rule.layer not in replaced), *configured]


def evidence_of(fields: Mapping[str, Any]) -> AccountEvidence:
    """What the rows of a case say of its account; a kind of row may be one or a list of them."""
    account = next(iter(_rows(fields, "account")), {})
    methods = _rows(fields, "payment_method")
    return AccountEvidence(
        name=_text(account, "name"),
        flag=_flag(account),
        batch=_text(account, "batch"),
        people=tuple(_person(row) for row in _rows(fields, "contact"))
        + tuple(Person(emails=(row["paypal_email"],)) for row in methods if row.get("paypal_email")),
        instruments=tuple(map(_instrument, methods)),
        payments=tuple(_paid(row) for row in _rows(fields, "payment")),
        promotion_codes=tuple(
            _texts(fields, ("subscription", "rate_plan", "product_rate_plan"), "promotion_code")
        ),
        catalogue=tuple(
            text
            for column in ("name", "description", "sku")
            for text in _texts(
                fields, ("product", "product_rate_plan", "rate_plan", "rate_plan_charge"), column
            )
        ),
        payments_known="payments" in fields or "payment" in fields,
    )


def _layer(setting: str) -> str:
    layer = LAYER_OF.get(setting, setting.removesuffix("s"))
    if layer not in LAYERS:
        raise ValueError(f"no layer answers to the setting {setting}")
    return layer


def _value(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return "; ".join(f"{key}={text}" for key, text in sorted(entry.items()) if text)
    return str(entry or "")


def _rows(fields: Mapping[str, Any], kind: str) -> Sequence[Row]:
    """The rows of a kind, under its name or its plural."""
    found = [fields[name] for name in (kind, f"{kind}s") if fields.get(name)]
    return [row for rows in found for row in (rows if isinstance(rows, list) else [rows])]


def _text(row: Row, name: str) -> str | None:
    """A cell by its column, or by the column's custom name."""
    cell = row.get(name, row.get(f"{name}__c"))
    return None if cell is None else str(cell)


def _texts(fields: Mapping[str, Any], kinds: Sequence[str], column: str) -> Iterator[str]:
    for kind in kinds:
        for row in _rows(fields, kind):
            if text := _text(row, column):
                yield text


def _flag(account: Row) -> bool | None:
    text = _text(account, "test_account")
    return None if text is None else text.strip().casefold() in TRUE


def _person(row: Row) -> Person:
    lines = [text for name in ("address_1", "address_2", "address") if (text := _text(row, name))]
    return Person(
        first_name=_text(row, "first_name"),
        last_name=_text(row, "last_name"),
        emails=tuple(
            text for name in ("work_email", "personal_email", "email") if (text := _text(row, name))
        ),
        postal_code=_text(row, "postal_code"),
        address=" ".join(lines) or None,
    )


def _instrument(row: Row) -> Instrument:
    return Instrument(
        bin=_text(row, "bank_identification_number"),
        masked_number=_text(row, "credit_card_mask_number"),
        holder=_text(row, "credit_card_holder_name"),
        iban=_text(row, "iban_mask") or _text(row, "iban"),
    )


def _paid(row: Row) -> Paid:
    """Processed money counts, unless the gateway says that it bounced."""
    status, state = (str(row.get(name) or "").strip().casefold() for name in ("status", "gateway_state"))
    try:
        amount = Decimal(str(row.get("amount") or "0"))
    except InvalidOperation:
        raise ValueError(f"{row['amount']!r} is no amount") from None
    return Paid(
        amount=amount,
        settled=status in SETTLED and state not in BOUNCED,
        gateway=_text(row, "gateway"),
        currency=_text(row, "currency"),
    )


def _as_dict(verdict: Verdict) -> dict[str, Any]:
    return {
        "is_test": verdict.is_test,
        "confidence": verdict.confidence,
        "reasons": list(verdict.reasons) or ["none"],
    }
