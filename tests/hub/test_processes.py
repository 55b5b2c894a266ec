"""Work in other processes: it is done elsewhere, its errors come back, and nobody outlives the one who asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.processes import Here, beside

ROOT = Path(__file__).parents[2]
ASKS_AND_WAITS = """
import os, time
from hub.processes import beside

if __name__ == "__main__":
    pool = beside(1)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


def fails() -> None:
    raise ValueError("no such thing")


def test_nobody_beside_means_here() -> None:
    with beside(0) as pool:
        assert isinstance(pool, Here)
        assert pool.submit(os.getpid).result() == os.getpid()


def test_another_process_does_it_and_tells_what_went_wrong() -> None:
    with beside(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        with pytest.raises(ValueError, match="no such thing"):
            pool.submit(fails).result()


def test_what_fails_here_says_so_at_once() -> None:
    with pytest.raises(ValueError, match="no such thing"):
        Here().submit(fails)


def test_a_process_ends_with_the_one_that_began_it(tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(ASKS_AND_WAITS)
    env = os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    with subprocess.Popen(
        [sys.executable, str(script)], env=env, stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdout is not None
        helper = int(asking.stdout.readline())
        asking.send_signal(signal.SIGKILL)
    for _ in range(100):
        if not Path(f"/proc/{helper}").exists():
            return
        time.sleep(0.1)
    os.kill(helper, signal.SIGKILL)
    pytest.fail("it went on without anybody to work for")
