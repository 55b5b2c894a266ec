"""The flags every import shares, checked before anything is touched."""

from argparse import ArgumentParser
from datetime import UTC, datetime

import pytest

from hub.errors import UsageError
from pipelines.engine.window import Window, add_window_arguments


def window(*flags: str) -> Window:
    parser = ArgumentParser()
    add_window_arguments(parser)
    return Window.from_options(vars(parser.parse_args(flags)))


def test_without_flags_everything_new_is_read() -> None:
    assert window() == Window()
    assert not window().bounded


def test_brands_and_entities_may_be_given_often() -> None:
    asked = window("--brand", "a", "--brand", "b", "--entity", "x")
    assert (asked.brands, asked.entities) == (("a", "b"), ("x",))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-01-31", datetime(2025, 1, 31, tzinfo=UTC)),
        ("2025-01-31T06:00", datetime(2025, 1, 31, 6, tzinfo=UTC)),
        ("2025-01-31 06:00:00.5", datetime(2025, 1, 31, 6, 0, 0, 500_000, tzinfo=UTC)),
        ("2025-01-31T06:00+02:00", datetime(2025, 1, 31, 4, tzinfo=UTC)),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(text: str, instant: datetime) -> None:
    assert window("--since", text).since == instant


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--until", "2025-01-31"], "--until needs --since"),
        (["--since", "2025-02-01", "--until", "2025-01-31"], "--since is not before --until"),
        (["--since", "2025-02-01", "--until", "2025-02-01"], "--since is not before --until"),
        (
            ["--since", "2025-01-31T08:00+02:00", "--until", "2025-01-31T06:00Z"],
            "--since is not before --until",
        ),
        (
            ["--since", "2025-01-31T08:00+02:00", "--until", "2025-01-31T07:00"],
            "only one of --since and --until has a zone",
        ),
        (["--since", "yesterday"], "--since 'yesterday' is no date or time"),
        (["--since", "12"], "--since '12' is no date or time"),
        (["--since", "2025-02-30"], "--since '2025-02-30' is no date or time"),
        (["--since", "2025-01-01", "--until", "soon"], "--until 'soon' is no date or time"),
        (["--full", "--since", "2025-01-31"], "--full and --since exclude each other"),
        (["--limit", "0"], "--limit must be at least 1"),
        (["--limit", "-5"], "--limit must be at least 1"),
        (["--max-quarantined", "5"], "--max-quarantined is a share"),
        (["--max-quarantined", "-0.1"], "--max-quarantined is a share"),
        (["--max-quarantined", "nan"], "--max-quarantined is a share"),
        (["--chunk-rows", "0"], "--chunk-rows must be between 1 and 1000000"),
    ],
)
def test_flags_that_do_not_fit_together(flags: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        window(*flags)


def test_a_run_keeps_the_flags_it_was_given() -> None:
    asked = window("--brand", "a", "--since", "2025-01-31", "--limit", "5")
    assert asked.as_dict() == {"brand": ["a"], "since": "2025-01-31T00:00:00+00:00", "limit": 5}
