"""The front page's cards: nothing is read for a card that a person may not see."""

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from hub import cards
from hub.registry import Card, Registry


@pytest.fixture
def rendered(monkeypatch):
    """A registry with one guarded card and one that everybody sees; what was rendered."""
    done: list[str] = []
    registry: Registry[Card] = Registry("card")

    def render(title: str) -> dict[str, object]:
        done.append(title)
        return {"title": title}

    guarded = cards.Guarded(permission="engine.view_run", render=lambda: render("runs"))
    registry.add(Card(name="a", render=guarded))
    registry.add(Card(name="b", render=lambda: render("all")))
    monkeypatch.setattr(cards, "cards", registry)
    return done


@pytest.mark.parametrize(("superuser", "seen"), [(True, ["runs", "all"]), (False, ["all"])])
def test_a_card_is_not_even_rendered_for_who_may_not_see_it(db, rendered, superuser, seen):
    request = RequestFactory().get("/")
    request.user = User.objects.create(username="ada", is_superuser=superuser)
    assert [card["title"] for card in cards.shown(request)] == seen
    assert rendered == seen
