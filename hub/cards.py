"""The front page: the cards that rooms put into the registry, for those who may see what is on them.

A card renders to a dict with `title` and `template`; `permission` says who sees it, `href` where it leads.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hub.registry import cards


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook for the front page."""
    return context | {"title": "Overview", "cards": shown(request)}


def shown(request: HttpRequest) -> list[dict[str, object]]:
    """The cards of a person, in the order of their names."""
    rendered = [card.render() for card in cards]
    return [card for card in rendered if _allowed(request, str(card.get("permission") or ""))]


def _allowed(request: HttpRequest, permission: str) -> bool:
    return not permission or request.user.has_perm(permission)
