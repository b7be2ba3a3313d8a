"""A small real system with passwords: a process of its own that counts bad log-ons, locks, and fails on demand.

Run as ``python -m support.password_box``; it prints its port and lives until its standard input is closed.
One JSON object a line, one answer a line; the words are the methods of ``_Box``.
"""

from __future__ import annotations

import hashlib
import json
import os
import socketserver
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

HISTORY = 5


@dataclass
class _Account:
    """One account; ``image`` is what a restored image brings back."""

    salt: bytes
    hash: str
    bad: list[float] = field(default_factory=list)
    locked_until: float = 0
    former: list[str] = field(default_factory=list)
    last_set: float = 0
    image: str = ""
    uses: list[list[str]] = field(default_factory=list)


class _Box:
    """All systems of one box; ``system`` tells them apart. Everything a client may say is a method."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], _Account] = {}
        self.rules: dict[str, Any] = {"threshold": 6, "window": 1800, "length": 8, "history": False}
        self.faults: dict[str, dict[str, int]] = {}
        self.off: set[str] = set()
        self.lockouts: list[str] = []
        self.sets = 0
        self.wrong: dict[str, int] = {}
        self.shift = 0.0
        self.lock = threading.RLock()

    def now(self) -> float:
        return time.time() + self.shift

    # What a tester says.
    def put(self, system: str, account: str, password: str) -> None:
        salt = os.urandom(8)
        self.accounts[(system, account)] = _Account(salt, _hash(salt, password), last_set=self.now())

    def use(self, system: str, account: str, uses: list[list[str]]) -> None:
        """Where its password is stored; a kind ``stubborn`` takes no new one."""
        self.accounts[(system, account)].uses = uses

    def rule(self, **values: Any) -> None:
        self.rules |= values

    def fault(self, system: str, **counts: int) -> None:
        """``lose_reply``, ``lose_request``, ``refuse``, ``deaf``, ``late``: so many times from now on."""
        self.faults[system] = counts

    def switch(self, system: str, on: bool) -> None:
        (self.off.discard if on else self.off.add)(system)

    def take_image(self, system: str) -> None:
        for (place, _), each in self.accounts.items():
            if place == system:
                each.image = each.hash

    def restore_image(self, system: str) -> None:
        for (place, _), each in self.accounts.items():
            if place == system:
                each.hash = each.image or each.hash

    def pass_time(self, seconds: float) -> None:
        self.shift += seconds

    def set_time(self, instant: float) -> None:
        self.shift = instant - time.time()

    def holds(self, system: str, account: str, password: str) -> bool:
        """Whether this is the password; counts nothing."""
        each = self.accounts[(system, account)]
        return _hash(each.salt, password) == each.hash

    def report(self) -> dict[str, Any]:
        return {
            "lockouts": self.lockouts,
            "sets": self.sets,
            "wrong": self.wrong,
            "bad": {f"{s}/{a}": len(e.bad) for (s, a), e in self.accounts.items()},
        }

    # What a client says.
    def hello(self, system: str) -> str:
        return "hello"

    def logon(self, system: str, account: str, password: str) -> str:
        each = self.accounts.get((system, account))
        if each is None:
            return "wrong"
        if each.locked_until > self.now():
            return "locked"
        if _hash(each.salt, password) == each.hash:
            each.bad = []
            return "accepted"
        self.wrong[f"{system}/{account}"] = self.wrong.get(f"{system}/{account}", 0) + 1
        window = self.now() - self.rules["window"]
        each.bad = [*(instant for instant in each.bad if instant > window), self.now()]
        if self.rules["threshold"] and len(each.bad) >= self.rules["threshold"]:
            each.locked_until, each.bad = self.now() + self.rules["window"], []
            self.lockouts.append(f"{system}/{account}")
            return "locked"
        return "wrong"

    def facts(self, system: str, sign_on: list[str], account: str) -> dict[str, Any] | str:
        answer = self.logon(*sign_on)
        each = self.accounts.get((system, account))
        if answer != "accepted" or each is None:
            return answer if each is not None else "absent"
        own: dict[str, Any] = {"bad": len(each.bad)} if sign_on[1] != account else {}
        own |= {"uses": each.uses}
        return {**own, "last_set": each.last_set, **self.rules, "locked": each.locked_until > self.now()}

    def change(self, system: str, sign_on: list[str], account: str, new: str) -> str:
        answer = self.logon(*sign_on)
        if answer != "accepted":
            return answer
        each = self.accounts[(system, account)]
        wanted = _hash(each.salt, new)
        if self.spend(system, "refuse") or len(new) < self.rules["length"]:
            return "refused"
        if self.rules["history"] and wanted in [each.hash, *each.former[-HISTORY:]]:
            return "refused"
        if self.spend(system, "late"):
            # Taken only after the client has given up.
            threading.Timer(0.15, self._take, (each, wanted)).start()
            return "silent"
        self._take(each, wanted)
        return "changed"

    def _take(self, each: _Account, wanted: str) -> None:
        with self.lock:
            each.former.append(each.hash)
            each.hash, each.last_set, each.bad = wanted, self.now(), []
            self.sets += 1

    def spend(self, system: str, fault: str) -> bool:
        left = self.faults.get(system, {}).get(fault, 0)
        if left:
            self.faults[system][fault] = left - 1
        return left > 0


def _hash(salt: bytes, password: str) -> str:
    return hashlib.sha256(salt + password.encode()).hexdigest()


class _Line(socketserver.StreamRequestHandler):
    """One connection; a lost reply or request is a connection that ends."""

    def handle(self) -> None:
        box: _Box = self.server.box  # type: ignore[attr-defined]
        for line in self.rfile:
            said = json.loads(line)
            word, values = said["word"], said["values"]
            with box.lock:
                system = values.get("system", "")
                if word in ("hello", "logon", "facts", "change"):
                    deaf = word == "logon" and box.spend(system, "deaf")
                    if system in box.off or deaf or (word == "change" and box.spend(system, "lose_request")):
                        return
                answer = getattr(box, word)(**values)
                if answer == "silent" or (word == "change" and box.spend(system, "lose_reply")):
                    return
            self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256


def main() -> None:
    with _Server(("127.0.0.1", 0), _Line) as server:
        server.box = _Box()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
