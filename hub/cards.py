"""The front page: the cards that rooms put into the registry, for those who may see what is on them.

A card renders to a dict with `title` and `template`; `href` says where it leads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from hub.registry import Card, cards


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """A card's `render` with the permission that is asked for before it reads anything."""

    permission: str
    render: Callable[[], dict[str, object]]

    def __call__(self) -> dict[str, object]:
        return self.render()


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook for the front page."""
    return context | {"title": "Overview", "cards": shown(request)}


def shown(request: HttpRequest) -> list[dict[str, object]]:
    """The cards of a person, in the order of their names."""
    return [card.render() for card in cards if _allowed(request, card)]


def _allowed(request: HttpRequest, card: Card) -> bool:
    return not isinstance(card.render, Guarded) or request.user.has_perm(card.render.permission)
