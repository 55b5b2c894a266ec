import pytest

from audit.diff import diff
from audit.words import MASK, action_told, breakable, lines, summary, without_ciphertext

SECRET = {"c": "AAAA", "d": "0123456789abcdef", "v": 1}


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        (None, ""),
        ([], ""),
        (diff({"price": "10.00"}, {"price": "12.00"}), "price 10.00 → 12.00"),
        (
            diff({"price": "10.00", "a": "1", "b": "1"}, {"price": "12.00", "a": "2", "b": "2"}),
            "price 10.00 → 12.00, +2 fields",
        ),
        (diff({"net": "10.000000000"}, {"net": "-0.125000000"}), "net 10.00 → -0.125"),
        (
            diff({"at": "2025-01-10 08:00:00.000000"}, {"at": "2025-01-10 08:00:40.500000"}),
            "at 2025-01-10 08:00:00 UTC → 2025-01-10 08:00:40.5 UTC",
        ),
        (diff({}, {"city": "Berlin"}), "city set to Berlin"),
        (diff({"city": "Berlin"}, {}), "city Berlin removed"),
        ([{"op": "replace", "path": "email", "old": SECRET, "new": SECRET}], f"email {MASK} → {MASK}"),
        ([{"op": "remove", "path": "", "old": {"a": "1", "b": SECRET}}], "last state kept, 2 fields"),
        (
            [{"op": "replace", "path": "", "old": {"a": "1", "b": "1"}, "new": {"a": "2", "b": "1"}}],
            "a 1 → 2",
        ),
        (diff({"note": "x"}, {"note": "long " * 50}), f"note x → {('long ' * 50)[:39]}…"),
    ],
)
def test_a_mutation_in_words(operations, words):
    assert summary(operations) == words


def test_a_line_shows_amounts_and_instants_as_people_read_them():
    amount, instant = lines(diff({"net": "10.000000000"}, {"at": "2025-01-10 08:00:00.000000"}))
    assert (amount.before, instant.after) == ("10.00", "2025-01-10 08:00:00 UTC")


@pytest.mark.parametrize(
    ("action", "model", "word"),
    [
        ("deleted", "billing.contact", "gone upstream"),  # the row stays and is flagged
        ("restored", "billing.contact", "there again"),
        ("updated", "billing.contact", "updated"),
        ("deleted", "auth.user", "deleted"),
    ],
)
def test_a_row_that_is_only_flagged_is_not_called_deleted(action, model, word):
    assert action_told(action, model) == word


def test_a_masked_line_shows_a_short_digest():
    (line,) = lines([{"op": "add", "path": "email", "new": SECRET}])
    assert (line.before, line.after, line.masked) == (None, f"{MASK} 01234567", True)


def test_a_name_breaks_behind_its_separators_only():
    assert breakable("account_id") == "account_<wbr>id"
    assert breakable("acme:<c1>") == "acme:<wbr>&lt;c1&gt;"


def test_an_erased_value_says_so():
    (line,) = lines([{"op": "add", "path": "email", "new": {"d": "0123456789abcdef", "v": 1}}])
    assert line.after == f"{MASK} 01234567 (erased)"


def test_unknown_columns_become_a_line_each():
    operations = [{"op": "add", "path": "extra", "new": {"a": SECRET, "b.c": SECRET}}]
    assert [line.path for line in lines(operations)] == ["extra.a", 'extra."b.c"']


def test_no_ciphertext_is_left_for_the_raw_view():
    assert "AAAA" not in str(without_ciphertext([{"old": {"x": [SECRET]}}]))
