"""Outlives the lab by a moment: ends its servers and removes its directory if it died without doing so.

Runs as a program of its own with nothing but the standard library. Standard input brings ``watch PID``
lines; its end means that the lab is gone, unless ``dismiss`` came before.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path


def family(roots: Collection[int]) -> list[int]:
    """The living processes among ``roots``, their sessions and all their descendants."""
    table: dict[int, tuple[int, int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(errors="replace")
            except OSError:
                continue
            state, parent, _, session = stat[stat.rindex(")") + 2 :].split()[:4]
            if state not in "ZX":
                table[int(entry.name)] = (int(parent), int(session))
    found = set(roots)
    while True:
        more = {pid for pid, (up, session) in table.items() if up in found or session in found} - found
        if not more:
            return sorted(found & table.keys())
        found |= more


def signal_all(pids: Collection[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def kill_family(roots: Collection[int], seconds: float = 10) -> None:
    """Kill until none is left: a process may fork while we look."""
    deadline = time.monotonic() + seconds
    known = set(roots)
    while (left := family(known)) and time.monotonic() < deadline:
        known |= set(left)
        signal_all(left, signal.SIGKILL)
        time.sleep(0.01)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    place, roots = Path(sys.argv[1]), set[int]()
    for line in sys.stdin:
        order, _, pid = line.strip().partition(" ")
        if order == "dismiss":
            return
        if order == "watch":
            roots.add(int(pid))
        if order == "forget":
            roots.discard(int(pid))
    kill_family(roots)
    shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
