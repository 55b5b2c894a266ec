"""Refunds of payments: one function a kind, with what must become of it written beside what it writes.

Three bills of one price are there, all open. Amounts are minor units; a third of the price is `price // 3`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.sample.cast.role import Role, Scene
from pipelines.sample.customer import Applied, Receipt, Told
from pipelines.sample.dates import iso
from pipelines.sample.invoicing import settle
from pipelines.sample.languages.abroad import JAPAN, KUWAIT
from pipelines.sample.layout import Row
from pipelines.sample.paying import receive
from pipelines.sample.refunding import give_back, link, link_to_bill, refund_row


def pay(scene: Scene, *places: int, extra: int = 0) -> Receipt:
    """One payment over the open balances of some bills, as soon as the newest of them is there."""
    bills = [scene.bills[place] for place in places]
    stamp = bills[-1].row["created_date"] or ""
    return receive(scene.customer, [(bill, bill.balance) for bill in bills], stamp, extra=extra)


def pay_all(scene: Scene) -> list[Receipt]:
    """Each bill by a payment of its own."""
    return [pay(scene, place) for place in range(len(scene.bills))]


def by_bill(
    scene: Scene,
    shares: Sequence[tuple[Receipt, Applied, int]],
    units: int | None = None,
    *,
    reason: str = "Standard Refund",
    status: str = "Processed",
    external: bool = False,
    currency: str | None = None,
) -> Row:
    """A refund whose rows name the bills; `units` where it is not what the rows add up to."""
    total = sum(share for _, _, share in shares) if units is None else units
    first = shares[0][0]
    row = refund_row(
        scene.customer, first.row, total, scene.stamp,
        reason=reason, status=status, external=external, currency=currency,
    )  # fmt: skip
    for receipt, part, share in shares:
        link_to_bill(scene.customer, row, receipt, part, share, scene.stamp)
    return row


def by_payment(scene: Scene, receipt: Receipt, units: int, reason: str = "Standard Refund") -> Row:
    """A refund that names its payment and no bill."""
    external = reason != "Standard Refund"
    row = refund_row(scene.customer, receipt.row, units, scene.stamp, reason=reason, external=external)
    link(scene.customer, row, units, scene.stamp, payment_id=receipt.row["id"])
    return row


def tell(
    scene: Scene, row: Row, kind: str, units: Sequence[int], outcome: str = "allocated", left: int = 0
) -> Told:
    """What must become of a refund: what falls on the first, second and third bill, and what on none."""
    to = {bill.id: share for bill, share in zip(scene.bills, units, strict=False)}
    told = scene.customer.tell("refund", row, scene.bills[0], kind, to, outcome=outcome, left=left)
    scene.told.append(told)
    return told


def full(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], scene.price)])
    give_back(scene.customer, first, [(first.parts[0], scene.price)], scene.stamp)
    tell(scene, row, "refund", [scene.price])


def partial(scene: Scene, reason: str = "Standard Refund") -> None:
    first, *_ = pay_all(scene)
    third = scene.price // 3
    row = by_bill(scene, [(first, first.parts[0], third)], reason=reason)
    give_back(scene.customer, first, [(first.parts[0], third)], scene.stamp)
    tell(scene, row, "partial_refund", [third])


def satisfied(scene: Scene) -> None:
    """A reason that means goodwill, but no credit memo: an ordinary partial refund."""
    partial(scene, "Customer Satisfaction")


def several(scene: Scene) -> None:
    """Two refunds that together leave nothing on the bill."""
    first, *_ = pay_all(scene)
    third = scene.price // 3
    for units in (third, scene.price - third):
        row = by_bill(scene, [(first, first.parts[0], units)])
        give_back(scene.customer, first, [(first.parts[0], units)], scene.stamp)
        tell(scene, row, "refund", [units])


def prorated(scene: Scene) -> None:
    """No row names a bill: equal parts, the unit that is over goes to the oldest."""
    receipt, ninth = pay(scene, 0, 1, 2), scene.price // 9
    shares = [ninth + 1, ninth, ninth]
    row = by_payment(scene, receipt, sum(shares))
    give_back(scene.customer, receipt, list(zip(receipt.parts, shares, strict=True)), scene.stamp)
    tell(scene, row, "partial_refund", shares)


def uneven(scene: Scene) -> None:
    """Somebody chose the split by hand; it stays."""
    receipt = pay(scene, 0, 1)
    pay(scene, 2)
    shares = [scene.price // 8, scene.price // 8 * 7]
    row = by_bill(scene, [(receipt, part, units) for part, units in zip(receipt.parts, shares, strict=True)])
    give_back(scene.customer, receipt, list(zip(receipt.parts, shares, strict=True)), scene.stamp)
    tell(scene, row, "partial_refund", shares)


def over(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    more = scene.price // 4
    row = by_bill(scene, [(first, first.parts[0], scene.price + more)], external=True)
    give_back(scene.customer, first, [(first.parts[0], scene.price)], scene.stamp)
    tell(scene, row, "refund", [scene.price], left=more)


def other_currency(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], scene.price // 2)], external=True, currency="GBP")
    tell(scene, row, "refund", [], "quarantine")


def payment_missing(scene: Scene) -> None:
    """The refund is in the first load, its payment comes a day later."""
    first, *_ = pay_all(scene)
    row = by_payment(scene, first, scene.price)
    give_back(scene.customer, first, [(first.parts[0], scene.price)], scene.stamp)
    tell(scene, row, "refund", [], "pending", left=scene.price)
    scene.bills[0].unseen = scene.price
    scene.kept = [("payment", first.row), ("invoice_payment", first.parts[0].row)]
    for table, late in scene.kept:
        scene.customer.forget(table, late)


def payment_arrives(scene: Scene) -> None:
    for table, row in scene.kept:
        scene.customer.add(table, row)
    told, bill = scene.told[0], scene.bills[0]
    bill.unseen, told.outcome, told.to, told.left = 0, "allocated", {bill.id: scene.price}, 0


def early(scene: Scene) -> None:
    """Dated three days before its payment."""
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], scene.price // 3)])
    row["refund_date"] = iso(date.fromisoformat(first.row["effective_date"] or "").toordinal() - 3)
    give_back(scene.customer, first, [(first.parts[0], scene.price // 3)], scene.stamp)
    tell(scene, row, "partial_refund", [scene.price // 3])


def processing(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    scene.receipts = [first]
    row = by_bill(scene, [(first, first.parts[0], scene.price)], status="Processing")
    tell(scene, row, "refund", [], "pending")


def processed(scene: Scene) -> None:
    """What was under way has gone through."""
    (receipt,), (told,) = scene.receipts, scene.told
    scene.customer.touch(
        "refund", told.row, status="Processed", gateway_state="Settled", updated_date=scene.stamp
    )
    give_back(scene.customer, receipt, [(receipt.parts[0], scene.price)], scene.stamp)
    told.outcome, told.to = "allocated", {scene.bills[0].id: scene.price}


def failed(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], scene.price)], status="Error")
    tell(scene, row, "refund", [], "ignored")


def kept_back(scene: Scene) -> None:
    full(scene)
    scene.receipts = [scene.customer.receipts[0]]


def reversed_(scene: Scene) -> None:
    """A refund that had gone through is canceled: the bill is paid again."""
    (receipt,), (told,) = scene.receipts, scene.told
    scene.customer.touch(
        "refund", told.row, status="Canceled", cancelled_on=scene.stamp, updated_date=scene.stamp
    )
    give_back(scene.customer, receipt, [(receipt.parts[0], -scene.price)], scene.stamp)
    told.outcome, told.to = "reversed", {}


def overpaid(scene: Scene) -> None:
    """What belongs to no bill goes back first."""
    extra = scene.price // 2
    receipt = pay(scene, 0, extra=extra)
    pay(scene, 1, 2)
    row = by_payment(scene, receipt, extra)
    give_back(scene.customer, receipt, [], scene.stamp, unapplied=extra)
    tell(scene, row, "refund", [], left=extra)


def overpaid_and_more(scene: Scene) -> None:
    extra, fifth = scene.price // 2, scene.price // 5
    receipt = pay(scene, 0, 1, extra=extra)
    pay(scene, 2)
    row = by_payment(scene, receipt, extra + 2 * fifth)
    give_back(
        scene.customer, receipt, [(part, fifth) for part in receipt.parts], scene.stamp, unapplied=extra
    )
    tell(scene, row, "partial_refund", [fifth, fifth], left=extra)


def two_payments(scene: Scene) -> None:
    """One bill paid in two parts, given back by one refund."""
    bill, part = scene.bills[0], scene.price // 3
    stamp = bill.row["created_date"] or ""
    parts = [receive(scene.customer, [(bill, units)], stamp) for units in (scene.price - part, part)]
    pay(scene, 1, 2)
    row = by_bill(scene, [(receipt, receipt.parts[0], receipt.amount) for receipt in parts], external=True)
    for receipt in parts:
        give_back(scene.customer, receipt, [(receipt.parts[0], receipt.amount)], scene.stamp)
    tell(scene, row, "refund", [scene.price])


def nothing(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], 0)], external=True)
    tell(scene, row, "refund", [], "ignored")


def a_unit_short(scene: Scene) -> None:
    """The rows are trusted; the unit they lack falls on no bill."""
    receipt, third = pay(scene, 0, 1), scene.price // 3
    pay(scene, 2)
    shares = [third, third]
    row = by_bill(
        scene,
        [(receipt, part, units) for part, units in zip(receipt.parts, shares, strict=True)],
        2 * third + 1,
    )
    give_back(scene.customer, receipt, list(zip(receipt.parts, shares, strict=True)), scene.stamp)
    tell(scene, row, "partial_refund", shares, left=1)


def more_than_billed(scene: Scene) -> None:
    """A bill paid twice, of which one and a half times is given back."""
    bill, half = scene.bills[0], scene.price // 2
    stamp = bill.row["created_date"] or ""
    first, second = (receive(scene.customer, [(bill, scene.price)], stamp) for _ in range(2))
    pay(scene, 1, 2)
    row = by_bill(scene, [(first, first.parts[0], scene.price), (second, second.parts[0], half)])
    give_back(scene.customer, first, [(first.parts[0], scene.price)], scene.stamp)
    give_back(scene.customer, second, [(second.parts[0], half)], scene.stamp)
    tell(scene, row, "partial_refund", [scene.price + half])


def compensated(scene: Scene) -> None:
    """It bounced; the platform kept it and booked an external payment against it. Whether it counts is open."""
    full(scene)
    row = scene.told[0].row
    row |= {"gateway_state": "FailedToSettle"}
    receive(scene.customer, [(scene.bills[0], scene.price)], scene.stamp, external=True)
    scene.told[0].kind = scene.told[0].outcome = ""


def twice(scene: Scene) -> None:
    """The refund and its row come two times in every file."""
    partial(scene)
    refunded, linked = (scene.customer.rows[table][-1] for table in ("refund", "refund_invoice_payment"))
    scene.customer.twice |= {refunded["id"] or "", linked["id"] or ""}


def odd_balance(scene: Scene) -> None:
    """Half of a bill is given back and its balance is nothing all the same."""
    first, *_ = pay_all(scene)
    half = scene.price // 2
    row = by_bill(scene, [(first, first.parts[0], half)])
    give_back(scene.customer, first, [(first.parts[0], half)], scene.stamp)
    scene.bills[0].adjusted = half
    settle(scene.customer, scene.bills[0], scene.stamp)
    tell(scene, row, "partial_refund", [half])


EVERYWHERE = (
    Role(name="full", play=full, settles=True),
    Role(name="partial", play=partial, settles=True),
    Role(name="several", play=several, settles=True),
    Role(name="uneven", play=uneven, settles=True),
    Role(name="over", play=over, settles=True),
    Role(name="reversed", play=kept_back, later=reversed_, settles=True),
    Role(name="two_payments", play=two_payments, settles=True),
    Role(name="odd_balance", play=odd_balance, settles=True),
)
WITH_SETTLEMENT = (
    Role(name="prorated", play=prorated, settles=True),
    Role(name="prorated_yen", play=prorated, settles=True, country=JAPAN),
    Role(name="prorated_dinar", play=prorated, settles=True, country=KUWAIT),
    Role(name="satisfied", play=satisfied, settles=True),
    Role(name="other_currency", play=other_currency, settles=True),
    Role(name="payment_missing", play=payment_missing, later=payment_arrives, settles=True),
    Role(name="early", play=early, settles=True),
    Role(name="processing", play=processing, later=processed, settles=True),
    Role(name="failed", play=failed, settles=True),
    Role(name="overpaid", play=overpaid, settles=True),
    Role(name="overpaid_and_more", play=overpaid_and_more, settles=True),
    Role(name="nothing", play=nothing, settles=True),
    Role(name="a_unit_short", play=a_unit_short, settles=True),
    Role(name="more_than_billed", play=more_than_billed, settles=True),
    Role(name="compensated", play=compensated, settles=True),
    Role(name="twice", play=twice, settles=True),
)
