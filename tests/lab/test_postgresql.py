"""The private PostgreSQL server starts, survives a crash and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from unyo.lab.postgresql import PostgresqlLab, unavailable
from unyo.lab.watcher import family

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

DYING = """
import os, signal
from unyo.lab.postgresql import PostgresqlLab
lab = PostgresqlLab()
lab.start()
print(lab.place, lab._server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_answers_over_its_socket_and_over_loopback() -> None:
    with PostgresqlLab() as lab:
        for url in (lab.url, lab.tcp_url):
            with psycopg.connect(url) as connection:
                assert connection.execute("show fsync").fetchone() == ("on",)


def test_what_was_committed_survives_a_crash() -> None:
    with PostgresqlLab() as lab:
        with psycopg.connect(lab.url) as connection:
            connection.execute("create table kept (value text)")
        lab.down()
        lab.up()
        with psycopg.connect(lab.url) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_nothing_is_left_after_stop() -> None:
    lab = PostgresqlLab()
    lab.start()
    place = lab.place
    lab.stop()
    lab.stop()
    assert not place.exists()


def test_nothing_is_left_after_its_user_was_killed() -> None:
    done = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, check=False)
    place, pid = done.stdout.split()
    deadline = time.monotonic() + 10
    while Path(place).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(place).exists()
    assert family({int(pid)}) == []
