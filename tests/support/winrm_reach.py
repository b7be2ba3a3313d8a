"""The WinRM connector pointed at a simulated fleet, in words that tests read as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.options import WinrmSettings
from unyo.core.errors import NotFound, UnyoError
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Answer, Errand, Terminal
from unyo.core.text import Text
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.settings import shipped

SHIPPED = shipped("scripts") / "windows"


@dataclass
class Reach:
    """A fleet with the settings that reach it; ``own`` holds scripts of the test."""

    fleet: FleetProcess
    own: Path
    settings: WinrmSettings
    secrets: dict[str, Secret] = field(default_factory=dict)
    password: Secret | None = None

    @classmethod
    def of(cls, fleet: FleetProcess, own: Path, **changed: Any) -> Reach:
        settings = WinrmSettings(
            user=fleet.user, ca_file=str(fleet.ca_file), connect_seconds=2, scripts=(own, SHIPPED)
        )
        return cls(fleet, own, replace(settings, **changed))

    def with_settings(self, **changed: Any) -> Reach:
        return replace(self, settings=replace(self.settings, **changed))

    @property
    def terminals(self) -> list[Terminal]:
        return [self.terminal(str(facts["serial"])) for facts in self.fleet.terminals]

    def terminal(self, serial: str) -> Terminal:
        facts = self.fleet.named(serial)
        return Terminal(
            str(facts["serial"]),
            str(facts["name"]),
            str(facts["address"]),
            int(facts[self.settings.scheme]),
        )

    def hands(self) -> WinrmTerminals:
        return WinrmTerminals(self.settings, lambda: self.password or self.fleet.password, self.open_secret)

    def open_secret(self, ref: SecretRef) -> Secret:
        if ref.path not in self.secrets:
            raise NotFound(
                "vault.missing", Text("no such secret", "秘密がありません"), Text("seal it", "登録する")
            )
        return self.secrets[ref.path]

    def script(self, name: str, body: str) -> None:
        write_script(self.own, name, body)

    def run(
        self,
        script: str,
        terminal: Terminal,
        parameters: Mapping[str, Any] | None = None,
        secrets: Mapping[str, SecretRef] | None = None,
        timeout: float = 30,
    ) -> Answer | UnyoError:
        """One errand on one terminal."""
        errand = Errand(terminal, parameters or {}, secrets or {})
        return self.hands().run(script, [errand], timeout=timeout)[0]


def answered(result: Answer | UnyoError) -> Answer:
    """The answer; the error is raised where there is none."""
    if isinstance(result, UnyoError):
        raise result
    return result


def failed(result: Answer | UnyoError) -> UnyoError:
    assert isinstance(result, UnyoError), f"expected an error, got {result}"
    return result


@dataclass(frozen=True)
class Counterpart:
    """One terminal, simulated or real, and the connector that speaks to it."""

    terminal: Terminal
    hands: WinrmTerminals
    own: Path

    @classmethod
    def simulated(cls, fleet: FleetProcess, serial: str, protocol: str, own: Path) -> Counterpart:
        reach = Reach.of(fleet, own, protocol=protocol)
        return cls(reach.terminal(serial), reach.hands(), own)

    def run(self, script: str, parameters: Mapping[str, Any]) -> Answer | UnyoError:
        return self.hands.run(script, [Errand(self.terminal, parameters)], timeout=60)[0]

    def settings(self, mode: str, settings: Sequence[Mapping[str, Any]]) -> Answer | UnyoError:
        return self.run("settings", {"mode": mode, "settings": list(settings)})

    def script(self, name: str, body: str) -> None:
        write_script(self.own, name, body)

    def forget(self, key: str) -> None:
        """Remove a registry key that tests wrote."""
        self.script(
            "forget", f"Remove-Item -LiteralPath '{key}' -Recurse -ErrorAction SilentlyContinue; @{{}}"
        )
        answered(self.run("forget", {}))


def write_script(folder: Path, name: str, body: str) -> None:
    """A script with the usual head: two lines, an empty one, then ``body``."""
    begin = "[CmdletBinding(SupportsShouldProcess)]\nparam([Parameter(Mandatory)]$Parameters)\n"
    (folder / f"{name}.ps1").write_text(f"{begin}\n{body}\n", encoding="utf-8")


def real_counterpart(config: pytest.Config, protocol: str, own: Path) -> Counterpart:
    """The host that --windows-host names; its serial number is asked of itself."""
    settings = WinrmSettings(
        user=config.getoption("--windows-user"),
        transport=config.getoption("--windows-transport"),
        protocol=protocol,
        ca_file=config.getoption("--windows-ca-file"),
        scripts=(own, SHIPPED),
    )
    secret = Secret(
        Path(config.getoption("--windows-password-file")).read_text(encoding="utf-8").rstrip("\n")
    )
    hands = WinrmTerminals(settings, lambda: secret, lambda ref: secret)
    unknown = Terminal("?", config.getoption("--windows-host"), config.getoption("--windows-host"))
    swapped = failed(hands.run("facts", [Errand(unknown, {"parts": []})])[0])
    if swapped.code != "terminals.swapped":
        raise swapped
    return Counterpart(replace(unknown, serial=str(swapped.detail).partition(" → ")[2]), hands, own)
