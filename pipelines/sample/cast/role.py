"""A role: what is planned for one customer beyond what chance brings everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.sample.languages import Country

if TYPE_CHECKING:
    from pipelines.sample.cast.persona import Persona
    from pipelines.sample.customer import Bill, Customer, Receipt, Sold, Told
    from pipelines.sample.layout import Row


@dataclass(slots=True)
class Scene:
    """Where a role is played: a customer with one subscription, and the stamp of what happens now.

    `unpaid` bills are those that the role settles itself. `kept` carries rows over to the next day.
    """

    customer: Customer
    sold: Sold
    day: int
    stamp: str
    told: list[Told] = field(default_factory=list)
    kept: list[tuple[str, Row]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def bills(self) -> list[Bill]:
        """The last three bills of the subscription up to the first load, oldest first."""
        return self.customer.bills[:3]

    @property
    def price(self) -> int:
        """What each of the bills is over."""
        return self.bills[0].amount


Play = Callable[[Scene], None]


@dataclass(frozen=True, kw_only=True)
class Role:
    """`play` happens before the first load, `later` on the day that the second load tells about.

    `settles`: the role itself pays the bills, not chance; `billed`: there are any. After `ends_after` months the
    subscription is cancelled and another one follows.
    """

    name: str
    play: Play | None = None
    later: Play | None = None
    country: Country | None = None
    persona: Persona | None = None
    termed: bool = False  # in the brand's plainest plan with a term, otherwise in its plainest one
    months_back: int = 5
    settles: bool = False
    billed: bool = True
    renews: bool = True
    ends_after: int | None = None
