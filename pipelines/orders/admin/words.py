"""What the pages of orders say: days, amounts, and every code of a document in words. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub import figures
from pipelines.orders.allocation import vocabulary

NOTHING = figures.NOTHING
STATES = {  # the colour of each
    "draft": "",
    "pending": "info",
    "active": "success",
    "past_due": "warning",
    "suspended": "warning",
    "cancelling": "warning",
    "cancelled": "danger",
    "expired": "danger",
}
REASONS = {  # why an order is in its state
    "awaiting_acceptance": "It is written down and waits for the customer to accept it.",
    "awaiting_activation": "It is written down and waits to be activated.",
    "cancelled": "It was cancelled, and its last day is over.",
    "cancelled_at_start": "It was cancelled before it could begin.",
    "cancelled_back_dated": "It was cancelled as of a day that was over already.",
    "cancelled_for_later": "It was cancelled and runs on until its last day.",
    "deleted_upstream": "All its versions were deleted in the billing platform.",
    "draft": "It is a draft: nothing of it is in force.",
    "evergreen": "It runs until somebody cancels it; it has no term.",
    "overdue": "It runs, but an invoice of it is overdue.",
    "renews": "It runs, and its term renews by itself.",
    "starts_later": "It is agreed, and its first day lies ahead.",
    "suspended": "It is suspended: nothing is delivered until somebody resumes it.",
    "term_ended": "Its term ended, and nothing renewed it.",
    "term_running": "It runs until its term ends; nothing renews it then.",
}
EVENTS = {  # what happened, and its colour
    "created": ("The order began", "success"),
    "renewed": ("A further term", "success"),
    "terms_changed": ("The term was changed", "info"),
    "plan_changed": ("Plans or prices were changed", "info"),
    "cancelled": ("Cancelled as of this day", "danger"),
    "cancellation_moved": ("The cancellation moved to this day", "danger"),
    "cancellation_withdrawn": ("The cancellation was withdrawn", "success"),
    "suspended": ("Suspended", "warning"),
    "resumed": ("Resumed", "success"),
    "owner_transferred": ("It went over to another account", "info"),
    "drafted": ("A draft was written", ""),
    "draft_superseded": ("The draft was overtaken", ""),
}
ANOMALIES = {
    "balance_identity_broken": "The platform's balance of invoice {about} is {compared} what its payments, refunds "
    "and credits leave",
    "broken_link": "Version {about} names another predecessor than the version before it",
    "cancelled_without_date": "Version {about} is cancelled, but has no date of it",
    "cycle": "Versions name each other as predecessors in a circle: {about}",
    "draft_ignored": "Version {about} is a draft that claims to be the latest; what is in force counts",
    "duplicate_version": "Version {about} came in two states; the newer one counts",
    "items_do_not_add_up": "Invoice {about} is {compared} the sum of its items",
    "joined_by_number": "Version {about} does not say what it follows; it was put here by its number",
    "latest_deleted": "Version {about}, the latest, was deleted; the one before it counts",
    "latest_missing": "Version {about} is the highest there is, but says that another one is the latest",
    "latest_not_highest": "Version {about} stands higher than the one that is flagged as the latest",
    "missing_version": "Version number {about} is missing",
    "number_changed": "The order's number changed: {about}",
    "number_in_two_chains": "Another order has the same number, {about}",
    "two_latest": "Version {about} claims to be the latest too",
    "unknown_status": "Version {about} has a status that is not known",
    "version_twice": "Two versions have the number {about}",
}
LINKS = {  # by what rule an order seems to follow another one
    "predecessor": "the new subscription names it",
    "same_account": "the same account, and about the same days",
}
WITHHELD = {  # why nobody may have the document
    "test": "its account is test data",
    "deleted": "all its versions were deleted in the billing platform",
    "invalid": "its document does not fit the published schema",
}
KINDS = {
    vocabulary.REFUND: "full refund",
    vocabulary.PARTIAL_REFUND: "partial refund",
    vocabulary.CHARGEBACK: "chargeback",
    vocabulary.GOODWILL: "goodwill",
    vocabulary.CREDIT_BALANCE_REFUND: "paid out of the credit balance",
    vocabulary.CREDIT: "credit",
    vocabulary.WRITE_OFF: "write-off",
    "deleted": "deleted upstream",
}
OUTCOMES = {  # in words, and the colour
    vocabulary.ALLOCATED: ("Placed", "success"),
    vocabulary.PENDING: ("Does not count yet", "info"),
    vocabulary.IGNORED: ("Has no effect of its own", ""),
    vocabulary.REVERSED: ("Taken back", "warning"),
    vocabulary.QUARANTINE: ("Contradicts itself", "danger"),
}
FLAGS = vocabulary.FLAGS | {"deleted_upstream": "it was deleted in the billing platform"}


def day(value: str | date | None) -> str:
    """`23 Dec 2025`: no two readers take it for different days."""
    if not value:
        return NOTHING
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{on.day} {on:%b %Y}"


def on_day(value: str | None) -> str:
    """` on 23 Dec 2025`; '' where no day is known."""
    return f" on {day(value)}" if value else ""


def number(text: str | Decimal) -> str:
    """An amount with its decimals and marks for thousands: 1,234.50."""
    return f"{Decimal(text):,f}"


def amount(text: str | Decimal, currency: str | None) -> str:
    return f"{number(text)} {currency}" if currency else number(text)


def length(text: str | None) -> str:
    """The platform's `12 Month` as "12 months"; '' where none is known."""
    number, _, unit = (text or "").partition(" ")
    return f"{number} {plain(unit).lower()}{'' if number == '1' else 's'}" if unit else number


def plain(code: str | None) -> str:
    """A code that is nearly a word: `past_due` is "past due"."""
    return (code or "").replace("_", " ") or NOTHING


def titled(code: str | None) -> str:
    text = plain(code)
    return "Not classified" if text == "unclassified" else text[0].upper() + text[1:]


def flag_told(flag: str) -> str:
    return FLAGS.get(flag, plain(flag))


def reason_told(reason: str) -> str:
    return REASONS.get(reason, titled(reason))


def event_told(kind: str) -> tuple[str, str]:
    """What happened, and its colour."""
    return EVENTS.get(kind, (titled(kind), ""))


def anomaly_told(code: str, about: str, difference: str | None, currency: str | None) -> str:
    """An oddity as a sentence; `about` is what it is about in words, `difference` stated less computed."""
    text = ANOMALIES.get(code, f"{titled(code)}: {{about}}")
    return f"{text.replace('{compared}', _compared(difference, currency)).replace('{about}', about)}."


def _compared(difference: str | None, currency: str | None) -> str:
    if not difference:
        return "other than"
    how = "higher" if Decimal(difference) > 0 else "lower"
    return f"{amount(abs(Decimal(difference)), currency)} {how} than"


def sentence(text: str) -> str:
    """With a capital in front and a full stop behind."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
