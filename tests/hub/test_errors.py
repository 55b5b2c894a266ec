"""Errors carry what to do next; none of them has to carry a row."""

import pytest

from hub import errors


def test_an_error_without_a_message_says_what_its_class_says() -> None:
    assert errors.FencedError().message.startswith("The lease of this run was taken over")


def test_a_hint_is_empty_unless_given() -> None:
    assert errors.ConfigError("no").hint == ""


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.RowError("unreadable"), "unreadable"),
        (errors.RowError("unreadable", column="fee"), "unreadable: fee"),
    ],
)
def test_a_row_error_names_code_and_column(error: errors.RowError, text: str) -> None:
    assert str(error) == text
