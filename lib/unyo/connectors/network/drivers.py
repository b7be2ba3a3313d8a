"""How each type of device is told a password: data, one entry per type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from unyo.connectors.network import texts
from unyo.connectors.network.configured import Configured
from unyo.connectors.network.router_login import RouterLogin
from unyo.connectors.network.signing import SignOn
from unyo.connectors.network.syntax import Line, Syntax
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchanged, Tried
from unyo.core.secret import Secret


class Driver(Protocol):
    """What the hand asks of one type of device; nothing from outside is raised."""

    def facts(self, signing: SignOn) -> AccountFacts | UnyoError: ...

    def exchange(self, signing: SignOn, new: Secret) -> Exchanged: ...

    def attempt(self, signing: SignOn) -> Tried: ...


_IOS = Syntax(
    netmiko="cisco_ios",
    lines={
        "login": Line(
            "username {account} secret {kind} {text}",
            r"^username {account} (?:.* )?secret (?P<kind>\d+) (?P<text>\S+)",
            r"^username {account} (?:.* )?password ",
        ),
        "enable": Line(
            "enable secret {kind} {text}",
            r"^enable secret (?:level 15 )?(?P<kind>\d+) (?P<text>\S+)",
            r"^enable password ",
            "no enable secret",
        ),
    },
    running="show running-config | include ^username |^enable |^login block|password-encrypt|^ *notify sys|hidekeys",
    startup="show startup-config | include ^username |^enable ",
    logons="show login",
    refusals=r"^\s*%|^ERROR",
    computed=("8", "9"),
)

DRIVERS: Mapping[str, Driver] = {
    "cisco_ios": Configured(_IOS),
    "cisco_xe": Configured(_IOS),
    "cisco_nxos": Configured(
        Syntax(
            netmiko="cisco_nxos",
            lines={
                "login": Line(
                    "username {account} password {kind} {text}",
                    r"^username {account} password (?P<kind>\d+) (?P<text>\S+)",
                    r"^username {account} password 7 ",
                ),
            },
            running='show running-config | include "^username "',
            startup='show startup-config | include "^username "',
            logons="",
            refusals=r"^\s*%|^ERROR|^password is weak|^Invalid|^Syntax error",
            longest_plain=64,
            tried=False,
        )
    ),
    "linux_vtysh": RouterLogin(),
}


def driver_of(credential: Credential) -> Driver:
    """BadSetting for a type that is not in the table, and for anything over Telnet."""
    name = credential.driver or "cisco_ios"
    if name.endswith(("_telnet", "_serial")):
        raise texts.telnet(credential)
    found = DRIVERS.get(name)
    if found is None:
        raise texts.no_driver(credential, list(DRIVERS))
    return found
