"""One logged-on session: it runs fixed commands and talks to them over standard input."""

from __future__ import annotations

import re
import shlex
import time
from typing import Any

import paramiko

from unyo.core.secret import Secret

_CHUNK = 32_768
_STATUS_SECONDS = 2.0


class Lost(Exception):
    """The connection broke or nothing came in time; only its kind is kept."""


class Session:
    """Closes its connection when left. Commands never hold a secret; ``Talk.tell`` sends one."""

    def __init__(self, transport: paramiko.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds

    def start(self, script: str, *arguments: str) -> Talk:
        """Run a shell script of ours; without a terminal nothing that is sent is echoed."""
        command = shlex.join(["sh", "-c", script, "sh", *arguments])
        try:
            channel = self._transport.open_session(timeout=self._seconds)
            channel.set_combine_stderr(True)
            channel.exec_command(command)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Lost(type(error).__name__) from None
        return Talk(channel, self._seconds)

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Talk:
    """What a running command says, and what it is told."""

    def __init__(self, channel: Any, seconds: float) -> None:
        self._channel = channel
        self._seconds = seconds
        self._unread = ""

    def tell(self, *lines: str | Secret) -> None:
        text = "".join(f"{line.reveal() if isinstance(line, Secret) else line}\n" for line in lines)
        try:
            self._channel.sendall(text.encode())
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Lost(type(error).__name__) from None

    def until(self, *marks: str) -> tuple[int, str]:
        """Read until one of the patterns comes: its place and what came before it; -1 at the end."""
        patterns = [re.compile(mark, re.IGNORECASE) for mark in marks]
        deadline = time.monotonic() + self._seconds
        while True:
            found = [
                (hit.start(), place, hit)
                for place, p in enumerate(patterns)
                if (hit := p.search(self._unread))
            ]
            if found:
                _, place, hit = min(found, key=lambda each: each[:2])
                before, self._unread = self._unread[: hit.end()], self._unread[hit.end() :]
                return place, before
            if not self._read(deadline):
                before, self._unread = self._unread, ""
                return -1, before

    def rest(self) -> str:
        """Everything up to the end."""
        return self.until()[1]

    def hang_up(self) -> None:
        """No more will be told."""
        try:
            self._channel.shutdown_write()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Lost(type(error).__name__) from None

    @property
    def code(self) -> int:
        """The exit code of a command that has ended."""
        return int(self._channel.exit_status)

    def _read(self, deadline: float) -> bool:
        """Whether more came; Lost where the connection broke instead of ending."""
        self._channel.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            more = self._channel.recv(_CHUNK)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Lost(type(error).__name__) from None
        if not more and not self._ended():
            raise Lost("EOF")
        self._unread += more.decode("utf-8", "replace")
        return bool(more)

    def _ended(self) -> bool:
        """A command that ended leaves its exit status; a connection that broke leaves none."""
        self._channel.status_event.wait(_STATUS_SECONDS)
        return bool(self._channel.exit_status >= 0)
