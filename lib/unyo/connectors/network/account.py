"""One account in a device's configuration: read, set, proven from a session of its own, saved, put back."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

from unyo.connectors.network.console import Console, DeviceRefused, console
from unyo.connectors.network.doors import Door, LineLost, LogonRefused, NotBegun
from unyo.connectors.network.hashing import hashed
from unyo.connectors.network.signing import SignOn
from unyo.connectors.network.syntax import Line, Syntax
from unyo.core.credential import Credential
from unyo.core.secret import Secret


class Stored(NamedTuple):
    """How the configuration holds a secret: its type and its hash."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a visit does to its account."""

    syntax: Syntax
    signing: SignOn

    @property
    def credential(self) -> Credential:
        return self.signing.credential

    @property
    def line(self) -> Line:
        return self.syntax.line(self.credential)

    def session(self) -> AbstractContextManager[Console]:
        """A session of the one who signs on."""
        return console(self.signing.door, self.syntax, self.signing.password)

    def stored(self, lines: list[str]) -> Stored | None:
        """What those lines of a configuration say of the account."""
        found = self._find(self.line.shown, lines)
        return Stored(found["kind"], found["text"]) if found is not None else None

    def is_readable(self, lines: list[str]) -> bool:
        return self._find(self.line.readable, lines) is not None

    def running(self, session: Console) -> list[str]:
        return session.ask(self.syntax.running)

    def startup(self, session: Console) -> list[str]:
        return session.ask(self.syntax.startup)

    def set(self, session: Console, password: Secret, before: Stored | None) -> None:
        """Where the device keeps a hash that can be computed here, the password itself is not typed."""
        kind = before.kind if before is not None and before.kind in self.syntax.computed else ""
        self.syntax.check(self.credential, password, plain=not kind)
        if kind:
            self._put(session, Stored(kind, hashed(kind, password)))
        else:
            self._put(session, Stored(self.syntax.plain, password.reveal()))

    def put_back(self, session: Console, before: Stored | None) -> bool:
        """The very line that stood there; whether the device shows it again."""
        try:
            if before is not None:
                self._put(session, before)
            elif self.line.unset:
                session.configure(self.line.unset)
            return self.stored(self.running(session)) == before
        except (LineLost, DeviceRefused):
            return False

    def save(self, session: Console, wanted: Stored | None) -> bool:
        """Whether the start-up configuration then holds what is wanted."""
        try:
            session.save()
        except DeviceRefused:
            return False
        return self.stored(self.startup(session)) == wanted

    def privileged(self, session: Console) -> bool:
        """At ``#``, with the device's secret for enable where it takes that."""
        enable = self.signing.enable
        return session.privileged or (enable is not None and session.enable(enable))

    def proves(self, new: Secret) -> bool:
        """The new password opens a session of its own."""
        try:
            return self.try_once(new)
        except (LogonRefused, NotBegun, LineLost):
            return False

    def try_once(self, password: Secret) -> bool:
        """Exactly one log-on with it; for the role enable behind the log-on of the one who signs on.

        Raises where the log-on itself did not work.
        """
        if self.credential.role != "enable":
            own = Door(self.credential, self.credential.account, self.signing.settings)
            own.client(password).close()
            return True
        with self.session() as opened:
            if opened.privileged:
                opened.disable()
            return opened.enable(password)

    def _put(self, session: Console, stored: Stored) -> None:
        line = self.line.set.format(account=self.credential.account, kind=stored.kind, text=stored.text)
        session.configure(line)

    def _find(self, pattern: str, lines: list[str]) -> re.Match[str] | None:
        wanted = re.compile(pattern.format(account=re.escape(self.credential.account)))
        return next((found for line in lines if (found := wanted.match(line))), None)
