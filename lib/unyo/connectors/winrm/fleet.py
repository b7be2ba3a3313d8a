"""Scripts on many terminals at once: a thread each, within limits."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from ssl import SSLContext, SSLError

from unyo.connectors.winrm.carrier import tls_context
from unyo.connectors.winrm.logon_budget import LogonBudget
from unyo.connectors.winrm.options import PasswordSource, SecretSource, WinrmSettings
from unyo.connectors.winrm.probe import answers
from unyo.connectors.winrm.scripts import ScriptShelf
from unyo.connectors.winrm.visit import Reach, Visit
from unyo.core.errors import BadSetting, Unreachable, UnyoError
from unyo.core.terminal import Answer, Errand, Terminal, Way
from unyo.core.text import Text

PROBES = 256


class WinrmTerminals:
    """core.terminal.Terminals over WinRM. Each run makes new connections and leaves none behind."""

    def __init__(self, settings: WinrmSettings, password: PasswordSource, open_secret: SecretSource) -> None:
        self._settings = settings
        self._password = password
        self._open_secret = open_secret
        self._shelf = ScriptShelf(settings.scripts)

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
        certificate = self._settings.transport == "certificate"
        reach = Reach(
            self._settings,
            self._context,
            None if certificate else self._password(),
            self._open_secret,
            LogonBudget(),
        )
        visits: dict[str, list[int]] = {}
        for position, errand in enumerate(errands):
            visits.setdefault(errand.terminal.serial, []).append(position)

        def visit(positions: list[int]) -> list[Answer | UnyoError]:
            mine = [errands[position] for position in positions]
            return Visit(reach, wanted, mine[0].terminal, timeout).run(mine)

        results: list[Answer | UnyoError] = [{}] * len(errands)
        with ThreadPoolExecutor(min(self._settings.parallel, len(visits)), "terminal") as pool:
            for positions, found in zip(visits.values(), pool.map(visit, visits.values()), strict=True):
                for position, result in zip(positions, found, strict=True):
                    results[position] = result
        return results

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
        try:
            return tls_context(self._settings)
        except (OSError, SSLError) as error:
            raise BadSetting(
                "terminals.file",
                Text("a certificate file cannot be read", "証明書ファイルを読めません"),
                Text("check the paths in [terminals]: PEM files", "[terminals] のパスを確認する (PEM 形式)"),
                target=self._settings.ca_file or self._settings.certificate_file,
                detail=type(error).__name__,
            ) from None


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
