"""Scripts on many terminals at once: a thread each, within limits."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import cached_property
from ssl import SSLContext

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.carrier import tls_context
from unyo.connectors.winrm.faults import said_no
from unyo.connectors.winrm.logon_budget import LogonBudget
from unyo.connectors.winrm.options import PasswordSource, SecretSource, WinrmSettings
from unyo.connectors.winrm.own_passwords import Opened, OwnPasswords, TerminalPasswords
from unyo.connectors.winrm.probe import answers
from unyo.connectors.winrm.scripts import ScriptShelf
from unyo.connectors.winrm.visit import Reach, Visit
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.terminal import Answer, Errand, Terminal, Way
from unyo.core.text import Text

PROBES = 256


class WinrmTerminals:
    """core.terminal.Terminals over WinRM. Each run makes new connections and leaves none behind."""

    def __init__(
        self,
        settings: WinrmSettings,
        password: PasswordSource,
        open_secret: SecretSource,
        own: OwnPasswords | None = None,
    ) -> None:
        """``password`` opens the one that terminals share which have none of their ``own``."""
        self._settings = settings
        self._passwords = TerminalPasswords(password, own)
        self._open_secret = open_secret
        self._shelf = ScriptShelf(settings.scripts)

    def with_secrets(self, open_secret: SecretSource) -> WinrmTerminals:
        """The same, for errands whose secrets are at hand already."""
        other = copy(self)
        other._open_secret = open_secret
        return other

    @property
    def way(self) -> Way:
        given = self._settings
        return Way(given.transport, given.protocol, given.scheme, given.user)

    def run(self, script: str, errands: Sequence[Errand], *, timeout: float = 60) -> list[Answer | UnyoError]:
        """One answer or error per errand, in order; several errands on one terminal share a session."""
        if not errands:
            return []
        self._settings.check()
        wanted = self._shelf.take(script)
        shared = Reach(self._settings, self._context, None, self._open_secret, LogonBudget())
        visits: dict[str, list[int]] = {}
        for position, errand in enumerate(errands):
            visits.setdefault(errand.terminal.serial, []).append(position)
        passwords = self._opened([errands[positions[0]].terminal for positions in visits.values()])

        def visit(positions: list[int]) -> list[Answer | UnyoError]:
            mine = [errands[position] for position in positions]
            opened = passwords[mine[0].terminal.serial]
            if isinstance(opened, UnyoError):
                return [opened] * len(mine)
            return Visit(shared.with_password(opened), wanted, mine[0].terminal, timeout).run(mine)

        results: list[Answer | UnyoError] = [{}] * len(errands)
        with ThreadPoolExecutor(min(self._settings.parallel, len(visits)), "terminal") as pool:
            for positions, found in zip(visits.values(), pool.map(visit, visits.values()), strict=True):
                for position, result in zip(positions, found, strict=True):
                    results[position] = result
        return self._explained(results, errands)

    def _opened(self, terminals: Sequence[Terminal]) -> dict[str, Opened | UnyoError]:
        if self._settings.transport == "certificate":
            return {terminal.serial: Opened(None) for terminal in terminals}
        return self._passwords.of(terminals)

    def _explained(
        self, results: list[Answer | UnyoError], errands: Sequence[Errand]
    ) -> list[Answer | UnyoError]:
        """Where a log-on was refused and a change of that password was cut off, the error says so."""
        refused = {
            errand.terminal.serial
            for errand, result in zip(errands, results, strict=True)
            if isinstance(result, UnyoError) and result.code == texts.LOGON.code
        }
        unsettled = self._passwords.unsettled(refused)
        return [
            said_no(texts.UNSETTLED, errand.terminal, "401")
            if errand.terminal.serial in unsettled and isinstance(result, UnyoError)
            else result
            for errand, result in zip(errands, results, strict=True)
        ]

    def seen_from(self, terminal: Terminal) -> str:
        """Our own address on the way to it; no packet is sent for that."""
        with socket.socket(_family(terminal.address), socket.SOCK_DGRAM) as way:
            try:
                way.connect((terminal.address, terminal.port or self._settings.default_port))
            except OSError as error:
                raise Unreachable(
                    "terminals.unreachable.route",
                    Text("there is no way to the terminal", "端末への経路がありません"),
                    Text("check its address and the network", "アドレスとネットワークを確認する"),
                    target=terminal.name,
                    detail=f"{terminal.address} {type(error).__name__}",
                ) from None
            return str(way.getsockname()[0])

    def answering(self, terminals: Sequence[Terminal]) -> list[bool]:
        if not terminals:
            return []
        settings = self._settings

        def look(terminal: Terminal) -> bool:
            return answers(terminal, terminal.port or settings.default_port, settings.connect_seconds)

        with ThreadPoolExecutor(min(PROBES, len(terminals)), "probe") as pool:
            return list(pool.map(look, terminals))

    @cached_property
    def _context(self) -> SSLContext | None:
        return tls_context(self._settings)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
