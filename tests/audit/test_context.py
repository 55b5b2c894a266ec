import pytest

from audit.context import Actor, NobodyActs, acting, current

ADA = Actor(kind="user", id="ada")


def test_outside_of_any_block_nobody_acts():
    with pytest.raises(NobodyActs) as caught:
        current()
    assert "acting(" in caught.value.hint


def test_the_innermost_block_counts_and_ends():
    with acting(ADA, source="admin", reason="asked by phone"):
        with acting(Actor.command("import_billing"), source="import"):
            assert (current().actor.id, current().source, current().reason) == (
                "import_billing",
                "import",
                "",
            )
        assert current().actor == ADA
    with pytest.raises(NobodyActs):
        current()


def test_a_nested_block_stays_in_the_story_and_the_run():
    with acting(ADA, source="admin", run_id=7) as outer, acting(ADA, source="delivery", cause=3) as inner:
        assert inner.correlation_id == outer.correlation_id
        assert (inner.run_id, inner.cause) == (7, 3)


def test_two_blocks_are_two_stories():
    with acting(ADA, source="admin") as one:
        pass
    with acting(ADA, source="admin") as other:
        pass
    assert one.correlation_id != other.correlation_id


def test_a_user_is_named_by_user_name(django_user_model):
    assert Actor.user(django_user_model(username="boris")) == Actor(kind="user", id="boris")
