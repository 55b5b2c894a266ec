"""One step ahead: the same items, the same error, and no item too many."""

import threading
from collections.abc import Iterator

import pytest

from hub.ahead import ahead


def test_the_items_come_in_their_order() -> None:
    assert list(ahead(range(100))) == list(range(100))


def test_nothing_comes_of_nothing() -> None:
    assert list(ahead([])) == []


def test_an_error_is_raised_behind_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    items = ahead(failing())
    assert next(items) == 1
    with pytest.raises(ZeroDivisionError):
        next(items)


def test_at_most_one_item_is_prepared_beforehand() -> None:
    begun = []

    def counted() -> Iterator[int]:
        for number in range(10):
            begun.append(number)
            yield number

    items = ahead(counted())
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]  # it is a generator
    assert begun == [0, 1]


def test_the_thread_ends_with_the_items() -> None:
    before = threading.active_count()
    items = ahead(range(3))
    next(items)
    assert threading.active_count() == before + 1
    items.close()  # type: ignore[attr-defined]  # it is a generator
    assert threading.active_count() == before
