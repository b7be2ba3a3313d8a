"""The desk at which a running play asks for secrets: a Unix socket, known askers, given references only."""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

log = logging.getLogger("unyo.ansible")

CONNECTION = "@connection"
"""Under this name a play asks for the password with which it connects."""

_PEER = struct.Struct("3i")


class Desk:
    """Open while a play runs. ``offered`` says how each reference is opened; nothing else is ever answered.

    What was handed out is remembered while the play runs: it is opened once, and :meth:`scrubbed` can take it
    out of what came back.
    """

    def __init__(self, private: Path, offered: Mapping[str, Callable[[], Secret]]) -> None:
        self._offered = offered
        self._handed: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self._wire = socket.socket(socket.AF_UNIX)
        directory = os.open(private, os.O_PATH)
        try:
            # By way of /proc, as the path itself may be longer than the 107 bytes that the kernel takes.
            self._wire.bind(f"/proc/self/fd/{directory}/desk")
        finally:
            os.close(directory)
        (private / "desk").chmod(0o600)
        self._wire.listen(128)
        self._thread = threading.Thread(target=self._serve, name="secret-desk", daemon=True)

    def __enter__(self) -> Desk:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._wire.close()

    def scrubbed(self, text: str) -> str:
        """The text without any secret that was handed out, plain or as it stands in JSON."""
        for secret in list(self._handed.values()):
            for form in {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}:
                text = text.replace(form, "…")
        return text

    def scrub(self, value: Any) -> Any:
        """The same for every text in a JSON-able value."""
        if isinstance(value, str):
            return self.scrubbed(value)
        if isinstance(value, Mapping):
            return {self.scrubbed(str(key)): self.scrub(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.scrub(item) for item in value]
        return value

    def _serve(self) -> None:
        while True:
            try:
                asker, _ = self._wire.accept()
            except OSError:
                return
            with asker:
                try:
                    self._answer(asker)
                except OSError:
                    continue

    def _answer(self, asker: socket.socket) -> None:
        asker.settimeout(5)
        pid, uid, _ = _PEER.unpack(asker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        if uid != os.getuid() or not _is_ours(pid):
            log.warning("secret desk turned away a stranger", extra={"pid": pid, "uid": uid})
            return
        try:
            path = str(json.loads(asker.makefile("rb").readline(4096))["secret"])
        except (ValueError, KeyError, TypeError):
            return
        asker.sendall(json.dumps(self._opened(path)).encode() + b"\n")

    def _opened(self, path: str) -> dict[str, str]:
        if path in self._handed:
            return {"value": self._handed[path]}
        if path not in self._offered:
            self.refused[path] = "ansible.secret_not_given"
            return {"error": "this play was not given that reference"}
        try:
            self._handed[path] = self._offered[path]().reveal()
        except UnyoError as error:
            self.refused[path] = error.code
            return {"error": f"the vault did not open it ({error.code})"}
        except Exception as error:
            # Whatever breaks in the vault must not end the desk while other hosts still ask.
            self.refused[path] = type(error).__name__
            return {"error": f"the vault broke ({type(error).__name__})"}
        return {"value": self._handed[path]}


def _is_ours(pid: int) -> bool:
    """Whether the process descends from this one."""
    me = os.getpid()
    while pid > 1 and pid != me:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        pid = int(fields.rpartition(")")[2].split()[1])
    return pid == me
