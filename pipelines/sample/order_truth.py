"""The truth about orders, beside the truth about rows: what a document must say once a load is imported.

One line an order in `truth/<brand>/orders/load_date=.../facts.jsonl`, in the first load for every order, later
for the orders of customers about whom the load tells something. `states` names the days from which the order
is in another state without a further row. `open.jsonl` lists customers whose facts hang on damage: a row that
may be repaired or quarantined, came late, or is gone upstream. pipelines/sample/facts.py reads both.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any, Self

import orjson

from pipelines.sample.customer import Bill, Customer, Told
from pipelines.sample.dates import iso
from pipelines.sample.layout import Row
from pipelines.sample.partition import Place
from pipelines.sample.states import current_of, end_of, timeline

Fact = dict[str, Any]
LINES_AT_ONCE = 500
PREFIX = 24  # digits of an id that tell whose it is


class OrderTruth:
    """Writes the facts of one load as its customers are told; nothing where no truth is wanted."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._files: dict[str, IO[bytes]] = {}
        self._lines: dict[str, list[bytes]] = {"facts": [], "open": []}

    def __enter__(self) -> Self:
        if self.place.truth:
            folder = self.place.truth_folder("orders")
            folder.mkdir(parents=True, exist_ok=True)
            self._files = {name: (folder / f"{name}.jsonl").open("wb") for name in self._lines}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, file in self._files.items():
            file.write(b"".join(self._lines[name]))
            file.close()

    def tell(self, customer: Customer) -> None:
        if not self._files:
            return
        accounts = customer.rows["account"]
        if not accounts or accounts[0]["is_deleted"] == "true":
            self._write("open", {"customer": customer.prefix, "day": iso(self.place.day), "why": "deleted"})
            return
        for fact in facts_of(customer, self.place.day):
            self._write("facts", fact)

    def doubt(self, row: Row, why: str, days: int | None = None) -> None:
        """A row that may or may not be stored as it is; for so many days, if it is a matter of days."""
        if self._files:
            until = iso(self.place.day + days) if days else None
            whose = (row["id"] or "")[:PREFIX]
            self._write("open", {"customer": whose, "day": iso(self.place.day), "until": until, "why": why})

    def _write(self, name: str, line: Fact) -> None:
        lines = self._lines[name]
        lines.append(orjson.dumps(line) + b"\n")
        if len(lines) >= LINES_AT_ONCE:
            self._files[name].write(b"".join(lines))
            lines.clear()


def facts_of(customer: Customer, day: int) -> Iterator[Fact]:
    """The facts of each order of a customer, as of a business day."""
    for sold in customer.sold:
        bills = [bill for bill in customer.bills if bill.number == sold.number]
        told = [told for told in customer.told if told.number == sold.number]
        current = current_of(sold)
        states = timeline(sold, bills, day)
        yield {
            "order": sold.versions[0]["id"],
            "number": sold.number,
            "day": iso(day),
            "case": customer.role.name if customer.role else "",
            "account": current["account_id"] if current else None,
            "versions": len(sold.versions),
            "current": current["id"] if current else None,
            "follows": sold.follows,
            "state": states[0][1],
            "states": [[iso(begins), state] for begins, state in states],
            "ends_on": end_of(current),
            "next_due": iso(states[1][0]) if len(states) > 1 else None,
            "test": _verdict(customer, current),
            "funnel_step": sold.current.plan.step,
            "subscription_class": sold.current.plan.sort,
            "charges": {charge.number: charge.category for charge in sold.current.charges},
            "invoices": {bill.id: _invoice(customer, bill, told) for bill in bills},
            "refunds": {each.row["id"]: _told(customer, each) for each in told if each.source == "refund"},
            "credit_memos": {
                each.row["id"]: _told(customer, each) for each in told if each.source == "credit_memo"
            },
        }


def _invoice(customer: Customer, bill: Bill, told: list[Told]) -> Fact:
    """`refunded` is the cash that falls on the bill, `credited` what memos are applied to it, net."""
    cash = (each.to.get(bill.id, 0) for each in told if each.source == "refund" and each.outcome != "ignored")
    return {
        "currency": bill.row["currency"],
        "billed": _plain(customer, bill.amount),
        "paid": _plain(customer, bill.paid - bill.unseen),
        "refunded": _plain(customer, sum(cash)),
        "credited": _plain(customer, bill.credited),
    }


def _told(customer: Customer, told: Told) -> Fact:
    return {
        "kind": told.kind or None,
        "outcome": told.outcome or None,
        "allocations": {key: _plain(customer, units) for key, units in told.to.items()},
        "unallocated": _plain(customer, told.left),
    }


def _verdict(customer: Customer, current: Row | None) -> Fact:
    """Test data is decided by the account that owns the order now; ordinary people have no confidence here."""
    persona = customer.role.persona if customer.role else None
    own = current is not None and current["account_id"] == customer.account["id"]
    if persona is None or not own:
        return {"is_test": False, "confidence": None}
    return {"is_test": persona.is_test, "confidence": persona.confidence}


def _plain(customer: Customer, units: int) -> str:
    """An amount with exactly the digits of its currency."""
    text = customer.money(units)
    return text[: text.index(".") + 1 + customer.country.digits].rstrip(".")
