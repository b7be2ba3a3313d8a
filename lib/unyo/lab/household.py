"""A private directory and the servers that live in it; both are gone when the lab is, however it ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from unyo.lab import watcher


class Household:
    """One directory below the temporary directory, and servers that are ended with all their children.

    A watching process cleans up if this process dies before ``remove()``.
    """

    def __init__(self, name: str) -> None:
        self.place = Path(tempfile.mkdtemp(prefix=f"unyo-{name}-"))
        command = [sys.executable, "-I", "-S", watcher.__file__, str(self.place)]
        self._watcher = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, text=True
        )

    def launch(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a server in a session of its own; what it prints goes to ``said``."""
        with self._log.open("ab") as log:
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment,
            )
        self._tell(f"watch {server.pid}")
        return server

    @property
    def said(self) -> str:
        """The end of what the servers printed."""
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else ""

    def end(self, server: subprocess.Popen[bytes], grace: float = 3) -> None:
        """Ask a server to end, then end it and all its children; ``grace`` in seconds, 0 kills at once."""
        members = watcher.family({server.pid})
        if grace:
            watcher.signal_all(members, signal.SIGCONT)
            watcher.signal_all(members, signal.SIGTERM)
            deadline = time.monotonic() + grace
            while watcher.family({server.pid, *members}) and time.monotonic() < deadline:
                server.poll()
                time.sleep(0.01)
        watcher.kill_family({server.pid, *members})
        server.wait()
        self._tell(f"forget {server.pid}")

    def freeze(self, server: subprocess.Popen[bytes]) -> None:
        """Let a server and all its children stand still."""
        watcher.signal_all(watcher.family({server.pid}), signal.SIGSTOP)

    def thaw(self, server: subprocess.Popen[bytes]) -> None:
        watcher.signal_all(watcher.family({server.pid}), signal.SIGCONT)

    def remove(self) -> None:
        """Remove the directory; safe to call twice."""
        shutil.rmtree(self.place, ignore_errors=True)
        if self._watcher.returncode is None:
            self._tell("dismiss")
            if self._watcher.stdin is not None:
                self._watcher.stdin.close()
            self._watcher.wait()

    @property
    def _log(self) -> Path:
        return self.place / "said"

    def _tell(self, line: str) -> None:
        if self._watcher.stdin is not None:
            self._watcher.stdin.write(line + "\n")
            self._watcher.stdin.flush()
