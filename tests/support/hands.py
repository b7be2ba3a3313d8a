"""What the tests of all hands stand on: one real system with an account whose password may be changed."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from unyo.core.credential import Credential
from unyo.core.errors import NotFound
from unyo.core.hand import Exchange, Hand, Trial
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text


class Drawer:
    """A vault with versions, gone with the test; every secret that it makes is a canary."""

    def __init__(self) -> None:
        self._kept: dict[str, Secret] = {}

    def keep(self, ref: SecretRef, secret: Secret) -> SecretRef:
        self._kept[ref.path] = secret
        return ref

    def open(self, ref: SecretRef) -> Secret:
        if ref.path not in self._kept:
            raise NotFound(
                "vault.none", Text("no secret", "秘密なし"), Text("seal one", "封印する"), target=ref.path
            )
        return self._kept[ref.path]

    @property
    def canaries(self) -> list[bytes]:
        return [secret.reveal().encode() for secret in self._kept.values()]


@dataclass
class Ground:
    """One account on a real system.

    ``takes`` is the truth: whether a password is in force there, found out without a log-on where possible.
    ``traces`` are what the system itself wrote (logs); no secret may stand in them. ``refused`` is a
    password that the system's policy refuses, None where it has none. ``elsewhere`` is the same account at a
    place where nothing listens.
    """

    hand: Hand
    drawer: Drawer
    credential: Credential
    elsewhere: Credential
    takes: Callable[[Secret], bool]
    first: Secret
    refused: Secret | None = None
    via: Credential | None = None
    via_password: Secret | None = None
    traces: Callable[[], bytes] = field(default=lambda: b"")

    def __post_init__(self) -> None:
        self.in_force = self.drawer.keep(self.credential.ref.at(1), self.first)
        self._count = 1
        self.sign_on: SecretRef | None = None
        if self.via is not None and self.via_password is not None:
            self.sign_on = self.drawer.keep(self.via.ref.at(1), self.via_password)

    def fresh(self, secret: Secret | None = None) -> SecretRef:
        """One more version, sealed and not yet set."""
        self._count += 1
        made = secret or Secret(f"Canary-{secrets.token_hex(9)}")
        return self.drawer.keep(self.credential.ref.at(self._count), made)

    def asked(self, old: SecretRef | None, new: SecretRef, *, via: bool = False) -> Exchange:
        if via:
            return Exchange(self.credential, old, new, sign_on=self.sign_on, via=self.via)
        return Exchange(self.credential, old, new)

    def trial(self, ref: SecretRef) -> Trial:
        return Trial(self.credential, ref)

    def holds(self, ref: SecretRef) -> bool:
        return self.takes(self.drawer.open(ref))


@contextmanager
def watching(canaries: Mapping[str, bytes] | list[bytes]) -> Iterator[list[str]]:
    """Look at every process's command line and environment all the while; what was seen is listed."""
    wanted = list(canaries.values()) if isinstance(canaries, Mapping) else canaries
    seen: list[str] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.extend(processes_with(wanted))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def processes_with(canaries: list[bytes]) -> list[str]:
    """Processes on whose command line or in whose environment a canary stands now."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if any(canary in shown for canary in canaries):
            found.append(f"{process.name}: {shown[:60]!r}")
    return found
