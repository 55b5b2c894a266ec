"""Source files: contracts, versions and overlaps, as they are written."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.errors import ConfigError
from pipelines.engine.source import Feed
from pipelines.engine.source_file import load_source

HEAD = '[source]\ntenant = "acme"\n'
MEMBER = HEAD + "[entities.member]\n"
VERSION = HEAD + "[[entities.member.versions]]\n"


@pytest.fixture
def feed(tmp_path: Path):
    def from_text(text: str) -> Feed:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return load_source(path).feeds["member"]

    return from_text


def test_a_contract_is_read(feed) -> None:
    found = feed(MEMBER + 'contract = { new_columns = "stop", unreadable = { fee = "ignore" } }\n').contract
    assert (found.new_columns, found.dropped_columns, found.unreadable) == (
        "stop",
        "accept",
        {"fee": "ignore"},
    )


def test_another_contract_reads_every_row_anew_and_none_reads_as_before(feed) -> None:
    plain = feed(HEAD + "[entities]\nmember = {}\n")
    strict = feed(MEMBER + 'contract = { new_columns = "stop" }\n')
    tolerant = feed(MEMBER + 'contract = { unreadable = { fee = "ignore" } }\n')
    assert plain.fingerprint(("id",)) == strict.fingerprint(("id",)) != tolerant.fingerprint(("id",))


def test_a_version_covers_its_days_and_its_names(feed) -> None:
    found = feed(
        VERSION
        + """
        from_load = 2026-01-07
        until_load = 2026-01-08
        files = "*/part-*.csv"
        heading = "id, fee,channel"
        columns = { Fee = "fee" }
        ignored = ["Channel"]
        damaged = "quarantine"
        """
    )

    def at(path: str, day: int) -> Feed:
        return found.at(path, datetime(2026, 1, day, 23, 59, tzinfo=UTC))

    inside = at("x/part-1.csv", 8)
    assert inside.heading == ("id", "fee", "channel")
    assert (dict(inside.columns), set(inside.ignored)) == ({"Fee": "fee"}, {"Channel"})
    assert inside.damaged == "quarantine"
    for path, day in [("x/part-1.csv", 6), ("x/part-1.csv", 9), ("x/other.csv", 7)]:
        assert at(path, day) == found
        assert at(path, day).heading == ()


def test_a_heading_is_cut_as_the_files_are(feed) -> None:
    found = feed(
        HEAD + '[format]\ndelimiter = ";"\n[[entities.member.versions]]\nfiles = "*"\nheading = "a;b,c"\n'
    )
    assert found.versions[0].heading == ("a", "b,c")


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("", 24.0),
        ("overlap_hours = 1.5", 1.5),
        ("overlap_days = 3", 72.0),
        ("overlap_seconds = 90", 0.025),
        ('boundary = "open"', 0.0),
        ('boundary = "open"\noverlap_hours = 0', 0.0),
    ],
)
def test_an_overlap_may_be_written_in_days_hours_or_seconds(feed, line: str, hours: float) -> None:
    assert feed(MEMBER + line + "\n").overlap_hours == hours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MEMBER + "overlap_days = 1\noverlap_hours = 1\n", "has overlap_hours and overlap_days"),
        (MEMBER + 'boundary = "half"\n', "boundary is 'half'"),
        (MEMBER + 'boundary = "open"\noverlap_days = 1\n', "boundary is open, so it has no overlap_days"),
        (MEMBER + "contract = 5\n", "contract is no table"),
        (MEMBER + "contract = { columns = 5 }\n", "unknown key entities.member.contract.columns"),
        (MEMBER + 'contract = { new_columns = "perhaps" }\n', "new_columns is 'perhaps'"),
        (MEMBER + 'contract = { dropped_columns = "ignore" }\n', "dropped_columns is 'ignore'"),
        (MEMBER + 'contract = { unreadable = "ignore" }\n', "unreadable is not a table of texts"),
        (MEMBER + 'contract = { unreadable = { fee = "keep" } }\n', "unreadable is 'keep'"),
        (MEMBER + "versions = 5\n", "versions is no list of tables"),
        (MEMBER + "versions = [5]\n", "versions is no list of tables"),
        (VERSION + 'heading = "a"\n', "which files?"),
        (VERSION + 'from_load = "2026-01-07"\n', "from_load is not a day"),
        (VERSION + "from_load = 2026-01-07T00:00:00\n", "from_load is not a day"),
        (VERSION + "from_load = 2026-01-07\nuntil_load = 2026-01-06\n", "from_load is later than until_load"),
        (VERSION + 'files = "*"\ndamaged = "ignore"\n', "damaged is 'ignore'"),
        (VERSION + 'files = "*"\nmode = "cursor"\n', "unknown key entities.member.versions.mode"),
    ],
)
def test_a_source_that_cannot_be_used_is_named_with_its_fault(feed, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        feed(text)
    assert said in error.value.message


def test_a_version_without_days_covers_any_load(feed) -> None:
    found = feed(VERSION + 'files = "*"\n').versions[0]
    assert found.covers("x", datetime(1971, 1, 1, tzinfo=UTC))
    assert (found.from_load, found.until_load) == (None, None)
