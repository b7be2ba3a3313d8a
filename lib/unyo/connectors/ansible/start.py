"""Runs ansible-playbook so that nothing of it outlives unyo: a supervisor of its own, free of other imports.

Started by path as ``python -I start.py PARENT PRIVATE_DIRECTORY ARGUMENT…``. The supervisor adopts what loses its
parent, ends everything when unyo ends or asks for it (SIGTERM), and removes the private directory of a unyo that
was killed. Each process forked by ansible-playbook dies with it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def supervise(parent: int, private: str, arguments: list[str]) -> int:
    """The exit code of ansible-playbook, 128 + n where signal n ended it."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: _end(parent, private))
    Path(private, "supervisor").write_text(str(os.getpid()), encoding="ascii")
    if os.getppid() != parent:
        _end(parent, private)
    me = os.getpid()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _play(me, arguments)
    while True:
        pid, status = os.wait()
        if pid == child:
            _kill_descendants()
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _play(supervisor: int, arguments: list[str]) -> None:
    def die_with_parent() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    die_with_parent()
    os.register_at_fork(after_in_child=die_with_parent)
    if os.getppid() != supervisor:
        os._exit(1)
    sys.argv = ["ansible-playbook", *arguments]
    try:
        from ansible.cli.playbook import main
    except ImportError as error:
        sys.stderr.write(f"ansible is missing: {error.name}\n")
        sys.stderr.flush()
        os._exit(127)
    sys.exit(main())


def _end(parent: int, private: str) -> None:
    _kill_descendants()
    if os.getppid() != parent:
        shutil.rmtree(private, ignore_errors=True)
    os._exit(143)


def _kill_descendants() -> None:
    """Until none is left: what is orphaned by a kill becomes our own child and is found the next time."""
    for _ in range(200):
        alive = _descendants(os.getpid())
        if not alive:
            return
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parent = int(fields.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(place.name))
    found, new = [], [root]
    while new:
        new = [child for pid in new for child in children.get(pid, ())]
        found += new
    return found


if __name__ == "__main__":
    sys.exit(supervise(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
