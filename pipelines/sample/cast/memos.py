"""Credit memos, and refunds that go with them: one function a kind, with what must become of it."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.sample.amending import cancel
from pipelines.sample.cast.refunds import by_bill, by_payment, pay, pay_all, tell
from pipelines.sample.cast.role import Role, Scene
from pipelines.sample.crediting import apply_memo, memo_on
from pipelines.sample.customer import Told
from pipelines.sample.invoicing import credit_invoice
from pipelines.sample.layout import Row
from pipelines.sample.refunding import give_back, link, refund_row


def tell_memo(
    scene: Scene, row: Row, kind: str, units: Sequence[int] = (), outcome: str = "allocated", left: int = 0
) -> Told:
    to = {bill.id: share for bill, share in zip(scene.bills, units, strict=False)}
    told = scene.customer.tell("credit_memo", row, scene.bills[0], kind, to, outcome=outcome, left=left)
    scene.told.append(told)
    return told


def mirror(scene: Scene, place: int, units: int, reason: str) -> None:
    """A memo that closes what a refund has opened: the refund counts, the memo does not count again."""
    bill = scene.bills[place]
    memo = memo_on(scene.customer, bill, units, scene.stamp, reason, applied=units)
    apply_memo(scene.customer, memo, bill, units, scene.stamp)
    tell_memo(scene, memo, "", outcome="ignored")


def charged_back(scene: Scene) -> None:
    """The bank takes a payment over two bills back, and both bills are written off."""
    receipt, price = pay(scene, 0, 1), scene.price
    pay(scene, 2)
    row = by_payment(scene, receipt, 2 * price, "Chargeback")
    give_back(scene.customer, receipt, [(part, price) for part in receipt.parts], scene.stamp)
    tell(scene, row, "chargeback", [price, price])
    for place in (0, 1):
        mirror(scene, place, price, "Write-off")


def rejected(scene: Scene) -> None:
    first, *_ = pay_all(scene)
    row = by_bill(scene, [(first, first.parts[0], scene.price)], reason="Payment Reversal", external=True)
    give_back(scene.customer, first, [(first.parts[0], scene.price)], scene.stamp)
    tell(scene, row, "chargeback", [scene.price])
    mirror(scene, 0, scene.price, "Write-off")


def cancelled(scene: Scene) -> None:
    """Cancelled at once, the rest of the period given back, and a memo of the same amount on the same bill."""
    *_, last = pay_all(scene)
    rest = scene.price // 2
    cancel(scene.customer, scene.sold, scene.stamp, scene.day)
    row = by_bill(scene, [(last, last.parts[0], rest)])
    give_back(scene.customer, last, [(last.parts[0], rest)], scene.stamp)
    tell(scene, row, "partial_refund", [0, 0, rest])
    mirror(scene, 2, rest, "Cancellation")


def in_cash(scene: Scene, memos: Sequence[tuple[Row, int]]) -> Row:
    """A refund taken from memos."""
    row = refund_row(
        scene.customer, scene.bills[0].row, sum(units for _, units in memos), scene.stamp,
        source="CreditMemo", reason="Goodwill",
    )  # fmt: skip
    for memo, units in memos:
        link(scene.customer, row, units, scene.stamp, credit_memo_id=memo["id"])
    return row


def goodwill_in_cash(scene: Scene) -> None:
    """A memo for each of three paid bills, one refund for all."""
    pay_all(scene)
    ninth = scene.price // 9
    shares = [ninth + 1, ninth, ninth]
    memos = [
        (memo_on(scene.customer, bill, units, scene.stamp, "Goodwill", refunded=units), units)
        for bill, units in zip(scene.bills, shares, strict=True)
    ]
    tell(scene, in_cash(scene, memos), "goodwill", shares)
    for memo, _ in memos:
        tell_memo(scene, memo, "goodwill", outcome="")


def goodwill_on_open(scene: Scene) -> None:
    """One memo over three open bills; no money moves."""
    ninth = scene.price // 9
    shares = [ninth + 1, ninth, ninth]
    memo = memo_on(
        scene.customer,
        scene.bills[0],
        sum(shares),
        scene.stamp,
        "Goodwill",
        applied=sum(shares),
        referred=False,
    )
    for bill, units in zip(scene.bills, shares, strict=True):
        apply_memo(scene.customer, memo, bill, units, scene.stamp)
    tell_memo(scene, memo, "goodwill", shares)


def goodwill_in_parts(scene: Scene) -> None:
    """A part in cash on the bill it refers to, a part on an open bill, the rest stays with the memo."""
    pay(scene, 0)
    pay(scene, 2)
    tenth = scene.price // 10
    memo = memo_on(
        scene.customer,
        scene.bills[0],
        9 * tenth,
        scene.stamp,
        "Goodwill",
        applied=4 * tenth,
        refunded=3 * tenth,
    )
    apply_memo(scene.customer, memo, scene.bills[1], 4 * tenth, scene.stamp)
    tell(scene, in_cash(scene, [(memo, 3 * tenth)]), "goodwill", [3 * tenth])
    tell_memo(scene, memo, "goodwill", [0, 4 * tenth], left=2 * tenth)


def reapplied(scene: Scene) -> None:
    """Applied to one bill, taken back, applied to another."""
    pay(scene, 2)
    third = scene.price // 3
    memo = memo_on(
        scene.customer,
        scene.bills[0],
        third,
        scene.stamp,
        "Customer Satisfaction",
        applied=third,
        referred=False,
    )
    for place, units in ((0, third), (0, -third), (1, third)):
        apply_memo(scene.customer, memo, scene.bills[place], units, scene.stamp)
    tell_memo(scene, memo, "goodwill", [0, third])


def goodwill_without_a_link(scene: Scene) -> None:
    """Cash from a memo that names no bill, to somebody who has left: over all bills paid in the last year."""
    pay_all(scene)
    cancel(scene.customer, scene.sold, scene.stamp, scene.day)
    ninth = scene.price // 9
    shares = [ninth + 1, ninth, ninth]
    memo = memo_on(
        scene.customer,
        scene.bills[0],
        sum(shares),
        scene.stamp,
        "Goodwill",
        refunded=sum(shares),
        referred=False,
    )
    tell(scene, in_cash(scene, [(memo, sum(shares))]), "goodwill", shares)
    tell_memo(scene, memo, "goodwill", outcome="")


def memo_posted(scene: Scene) -> None:
    """A memo on an open bill, which is canceled a day later."""
    pay(scene, 1, 2)
    third = scene.price // 3
    memo = memo_on(scene.customer, scene.bills[0], third, scene.stamp, "Goodwill", applied=third)
    apply_memo(scene.customer, memo, scene.bills[0], third, scene.stamp)
    tell_memo(scene, memo, "goodwill", [third])


def memo_canceled(scene: Scene) -> None:
    (told,), third = scene.told, scene.price // 3
    apply_memo(scene.customer, told.row, scene.bills[0], -third, scene.stamp)
    nothing = scene.customer.money(0)
    scene.customer.touch(
        "credit_memo",
        told.row,
        status="Canceled",
        cancelled_on=scene.stamp,
        applied_amount=nothing,
        balance=scene.customer.money(third),
        updated_date=scene.stamp,
    )
    told.outcome, told.to = "reversed", {}


def written_off(scene: Scene) -> None:
    """Never paid: a memo closes the bill, no money moves."""
    pay(scene, 1, 2)
    memo = memo_on(scene.customer, scene.bills[0], scene.price, scene.stamp, "Write-off", applied=scene.price)
    apply_memo(scene.customer, memo, scene.bills[0], scene.price, scene.stamp)
    tell_memo(scene, memo, "", [scene.price])


def from_credit_balance(scene: Scene) -> None:
    """Without invoice settlement: a negative invoice feeds the credit balance, the refund empties it."""
    pay_all(scene)
    third = scene.price // 3
    negative = credit_invoice(scene.customer, scene.sold, scene.day, scene.stamp, third)
    row = refund_row(scene.customer, negative.row, third, scene.stamp, source="CreditBalance")
    scene.told.append(
        scene.customer.tell("refund", row, negative, "credit_balance_refund", {negative.id: third})
    )


WITH_SETTLEMENT = (
    Role(name="charged_back", play=charged_back, settles=True),
    Role(name="rejected", play=rejected, settles=True),
    Role(name="cancelled", play=cancelled, settles=True),
    Role(name="goodwill_in_cash", play=goodwill_in_cash, settles=True),
    Role(name="goodwill_on_open", play=goodwill_on_open, settles=True),
    Role(name="goodwill_in_parts", play=goodwill_in_parts, settles=True),
    Role(name="reapplied", play=reapplied, settles=True),
    Role(name="goodwill_without_a_link", play=goodwill_without_a_link, settles=True),
    Role(name="memo_canceled", play=memo_posted, later=memo_canceled, settles=True),
    Role(name="written_off", play=written_off, settles=True),
)
LEGACY = (Role(name="from_credit_balance", play=from_credit_balance, settles=True),)
