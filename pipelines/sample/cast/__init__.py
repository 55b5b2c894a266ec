"""The cast: customers for whom a case is planned, so that every case of the domain occurs in every lake."""

from __future__ import annotations

from dataclasses import replace

from pipelines.sample.brands.brand import Brand
from pipelines.sample.cast import memos, refunds
from pipelines.sample.cast.persona import PERSONAS
from pipelines.sample.cast.places import PERSONA_AT, ROUND
from pipelines.sample.cast.role import Role, Scene
from pipelines.sample.cast.shapes import SHAPES, SUCCESSIONS

__all__ = ["Role", "Scene", "role_of", "roles_of"]

SETTLED = (*refunds.WITH_SETTLEMENT, *memos.WITH_SETTLEMENT, *refunds.EVERYWHERE)
LEGACY = (*memos.LEGACY, *refunds.EVERYWHERE)
MONEY_AT, SHAPE_AT = (3, 20), (11,)
PLACES = frozenset((*MONEY_AT, *SHAPE_AT, *PERSONA_AT))
WITH_TWO = 16  # each sixteenth account, the last of sixteen, holds two subscriptions
# Where a brand begins in each list, so that together they get through all in a lake of 2,000 subscriptions.
BEGINS = {"nordlicht": (0, 0, 0), "lumiere": (14, 24, 47), "polder": (0, 38, 75)}


def roles_of(brand: Brand) -> tuple[tuple[tuple[int, ...], tuple[Role, ...]], ...]:
    """The places in a round of customers and the roles that are given out there in turn."""
    return (
        (MONEY_AT, SETTLED if brand.settles else LEGACY),
        (SHAPE_AT, SHAPES),
        (PERSONA_AT, PERSONAS),
    )


def role_of(brand: Brand, index: int) -> Role | None:
    """The role of a customer of the first load. Computed from the index: nobody's depends on another's."""
    if index % WITH_TWO == WITH_TWO - 1:
        turn = index // WITH_TWO % 4
        return SUCCESSIONS[turn] if turn < len(SUCCESSIONS) else None
    round_, place = divmod(index, ROUND)
    if place not in PLACES:
        return None
    for begins, (places, roles) in zip(BEGINS[brand.code], roles_of(brand), strict=True):
        if place in places:
            turn = round_ * len(places) + places.index(place) + begins
            return _fitting(brand, roles[turn % len(roles)])
    return None


def _fitting(brand: Brand, role: Role) -> Role:
    """A role whose currency the brand's files can carry."""
    if role.country is not None and role.country.digits > brand.layout.decimals:
        return replace(role, country=brand.countries[-1][0])
    return role
