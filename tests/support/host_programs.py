"""Programs of a lab host that behave otherwise for a moment: faults at exactly one place."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from unyo.lab.linux_host import LinuxHost
from unyo.lab.linux_network import answers

HANG_UP = """
for place in /proc/[0-9]*; do
  case $(cat $place/cmdline 2>/dev/null | tr -d '\\0') in sshd:*@notty*) kill -KILL ${place#/proc/} ;; esac
done
"""
"""All sessions of the host break."""

CLOSE_DOOR = "echo 'Port 2222' >/etc/ssh/sshd_config; kill -HUP 1; sleep 0.3\n"
"""No new connection is taken; those that are open stay."""


@contextmanager
def behaving(host: LinuxHost, program: str, script: str) -> Iterator[None]:
    """Put a shell script in a program's place; ``REAL`` in it is the real one."""
    place = host.root / program
    real = place.with_name(f"{place.name}.real")
    content, mode = place.read_bytes(), place.stat().st_mode
    real.write_bytes(content)
    real.chmod(mode)
    place.unlink()
    place.write_text("#!/bin/sh\n" + script.replace("REAL", f"/{program}.real"))
    place.chmod(0o755)
    try:
        yield
    finally:
        place.unlink()
        place.write_bytes(content)
        place.chmod(mode)
        real.unlink()


@contextmanager
def configured(host: LinuxHost, *lines: str) -> Iterator[None]:
    """Let sshd read its configuration again with these lines instead of those of the same keywords."""
    file = host.root / "etc/ssh/sshd_config"
    before = file.read_text()
    words = {line.split()[0] for line in lines}
    others = [line for line in before.splitlines() if line.split()[0] not in words]
    file.write_text("".join(f"{line}\n" for line in (*lines, *others)))
    os.kill(host.pid, signal.SIGHUP)
    _until_greets(host)
    try:
        yield
    finally:
        file.write_text(before)
        os.kill(host.pid, signal.SIGHUP)
        _until_greets(host)


def _until_greets(host: LinuxHost) -> None:
    # It reads its files a moment after the signal; then it listens anew.
    time.sleep(0.1)
    deadline = time.monotonic() + 5
    while not answers(host.address, host.port):
        if time.monotonic() > deadline:
            raise RuntimeError("sshd did not come back")
        time.sleep(0.02)
