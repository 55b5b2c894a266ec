"""Settings that cannot be used end in one line that says what to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def start(**environment: str) -> tuple[int, str]:
    """Exit code and error output of a command in an environment."""
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "doctor", "--help"],
        env=os.environ | {"HUB_DEMO": "1"} | environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "mysql://[::1", "DATABASE_URL is no address"),
        ("LAKE_URL", "athena://[::1", "LAKE_URL is no address"),
        ("DATABASE_URL", "sqlite:////proc/nope/x", "No such file or directory: '/proc/nope'"),
        ("DATABASE_URL", "sqlite:///%00/x", "null byte"),
        ("HUB_DUCKDB_THREADS", "two", "HUB_DUCKDB_THREADS is 'two'"),
        ("HUB_DUCKDB_THREADS", "0", "HUB_DUCKDB_THREADS is '0'"),
        ("HUB_DUCKDB_THREADS", "٣", "HUB_DUCKDB_THREADS is '٣'"),
        ("HUB_LOG_LEVEL", "loud", "HUB_LOG_LEVEL is 'loud'"),
        ("HUB_TIME_ZONE", "Mars", "HUB_TIME_ZONE is 'Mars'"),
        ("HUB_TIME_ZONE", "Europe", "HUB_TIME_ZONE is 'Europe'"),
        ("HUB_TIME_ZONE", "../Mars", "HUB_TIME_ZONE is '../Mars'"),
    ],
)
def test_a_bad_setting_ends_in_one_line(name: str, value: str, said: str) -> None:
    code, err = start(**{name: value})
    assert (code, err.count("\n")) == (1, 1)
    assert said in err
    assert " | " in err


def test_good_settings_are_taken() -> None:
    assert start(HUB_DUCKDB_THREADS="4", HUB_LOG_LEVEL="DEBUG", HUB_TIME_ZONE="Europe/Berlin") == (0, "")
