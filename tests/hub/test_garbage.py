"""The search for cycles is put off for a piece of work, and taken up again however that ends."""

import gc

import pytest

from hub.garbage import no_search_for_cycles


def test_meanwhile_no_cycles_are_looked_for() -> None:
    with no_search_for_cycles():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_after_an_error_cycles_are_looked_for_again() -> None:
    with pytest.raises(ValueError, match="odd"), no_search_for_cycles():
        raise ValueError("odd")
    assert gc.isenabled()


def test_who_had_turned_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with no_search_for_cycles():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
