"""Shapes of a chain of versions: one function each. Bills are paid by chance, as everybody's."""

from __future__ import annotations

from pipelines.sample.amending import cancel, new_version, raise_price, switch, transfer
from pipelines.sample.brands.brand import Plan
from pipelines.sample.cast.places import PERSONA_AT, ROUND
from pipelines.sample.cast.role import Role, Scene
from pipelines.sample.customer import prefix_of
from pipelines.sample.dates import iso


def to_another_account(scene: Scene) -> None:
    transfer(
        scene.customer, scene.sold, scene.stamp, other_account(scene.customer.stream, scene.customer.index)
    )


def other_account(stream: int, index: int) -> str:
    """The account id of somebody else of the brand, who plays no test account."""
    other = index - 1 if index else 1
    if other % ROUND in PERSONA_AT:
        other -= 1
    return f"{prefix_of(stream, other)}a0000000"


def to_another_plan(scene: Scene) -> None:
    switch(scene.customer, scene.sold, scene.stamp, scene.day, _other_plan(scene))


def dearer(scene: Scene) -> None:
    raise_price(scene.customer, scene.sold, scene.stamp, scene.day)


def ends_now(scene: Scene) -> None:
    cancel(scene.customer, scene.sold, scene.stamp, scene.day)


def ends_later(scene: Scene) -> None:
    cancel(scene.customer, scene.sold, scene.stamp, scene.day + 200)


def ends_in_days(scene: Scene) -> None:
    """On the day of the third load, without a row that says so then."""
    cancel(scene.customer, scene.sold, scene.stamp, scene.customer.first_day + 2)


def never_began(scene: Scene) -> None:
    cancel(scene.customer, scene.sold, scene.stamp, scene.sold.start)


def ended_before(scene: Scene) -> None:
    """Cancelled today with effect from three weeks ago."""
    cancel(scene.customer, scene.sold, scene.stamp, scene.day - 21)


def hole(scene: Scene) -> None:
    """The second of three versions never came."""
    customer, sold = scene.customer, scene.sold
    lost = new_version(customer, sold, scene.stamp)
    new_version(customer, sold, scene.stamp)
    sold.versions.remove(lost)
    for table in ("subscription", "rate_plan", "rate_plan_charge"):
        for row in list(customer.rows[table]):
            if lost["id"] in (row["id"], row.get("subscription_id")):
                customer.forget(table, row)


def two_latest(scene: Scene) -> None:
    new_version(scene.customer, scene.sold, scene.stamp)
    scene.sold.versions[0]["is_latest_version"] = "true"


def no_flag(scene: Scene) -> None:
    """Very old rows do not say which version is the latest."""
    new_version(scene.customer, scene.sold, scene.stamp)
    for row in scene.sold.versions:
        row["is_latest_version"] = None


def no_original(scene: Scene) -> None:
    """Only each version's predecessor tells that they belong together."""
    new_version(scene.customer, scene.sold, scene.stamp)
    new_version(scene.customer, scene.sold, scene.stamp)
    for row in scene.sold.versions:
        row["original_id"] = None


def draft_over_active(scene: Scene) -> None:
    """A change that was not activated: the version below it is still in force."""
    sold = scene.sold
    new_version(scene.customer, sold, scene.stamp, status="Draft")
    before = sold.versions[-2]
    before["status"], sold.stands = "Active", before


def deleted_latest(scene: Scene) -> None:
    """The newest version is deleted upstream; the one before it counts again."""
    new = new_version(scene.customer, scene.sold, scene.stamp)
    new |= {"is_deleted": "true", "name": f"{new['id']}_{new['name']}", "account_id": None}
    scene.sold.quiet = True


def suspended(scene: Scene) -> None:
    new_version(scene.customer, scene.sold, scene.stamp, status="Suspended")


def resumed(scene: Scene) -> None:
    new_version(scene.customer, scene.sold, scene.stamp, status="Active")


def there_and_back(scene: Scene) -> None:
    suspended(scene)
    resumed(scene)


def pending(scene: Scene) -> None:
    """Ordered, to begin in a month."""
    scene.sold.row["status"] = "Pending Activation"
    scene.sold.row["service_activation_date"] = iso(scene.customer.first_day + 30)


def draft(scene: Scene) -> None:
    scene.sold.row["status"] = "Draft"


def ran_out(scene: Scene) -> None:
    """A fixed term that is over; the word still says Active."""


def ran_out_and_says_so(scene: Scene) -> None:
    scene.customer.touch("subscription", scene.sold.row, status="Expired", updated_date=scene.stamp)


def _other_plan(scene: Scene) -> Plan:
    current = scene.sold.current.plan
    alike = (
        plan
        for plan in scene.customer.brand.plans
        if plan.months == current.months and plan is not current and plan.sort == "standard"
    )
    return next(alike)


SHAPES = (
    Role(name="transferred", play=to_another_account),
    Role(name="renewed", termed=True, months_back=38),
    Role(name="switched", play=to_another_plan),
    Role(name="dearer", play=dearer),
    Role(name="ends_now", play=ends_now),
    Role(name="ends_later", play=ends_later),
    Role(name="ends_in_days", play=ends_in_days),
    Role(name="never_began", play=never_began, billed=False),
    Role(name="ended_before", play=ended_before),
    Role(name="hole", play=hole),
    Role(name="two_latest", play=two_latest),
    Role(name="no_flag", play=no_flag),
    Role(name="no_original", play=no_original),
    Role(name="draft_over_active", play=draft_over_active),
    Role(name="deleted_latest", play=deleted_latest),
    Role(name="suspended", play=suspended),
    Role(name="there_and_back", play=there_and_back),
    Role(name="resumes", play=suspended, later=resumed),
    Role(name="pending", play=pending, billed=False, months_back=0),
    Role(name="draft", play=draft, billed=False, months_back=0),
    Role(name="ran_out", play=ran_out, termed=True, renews=False, months_back=14),
    Role(name="ran_out_and_says_so", play=ran_out_and_says_so, termed=True, renews=False, months_back=14),
)
SUCCESSIONS = (
    Role(name="followed", ends_after=4, months_back=8),
    Role(name="followed_unsaid", ends_after=4, months_back=8),
)
