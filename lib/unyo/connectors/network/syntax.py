"""What a driver of the table consists of: how one type of device writes, shows and saves a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from unyo.connectors.network import texts
from unyo.core.credential import Credential
from unyo.core.errors import BadInput, BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a configuration that holds a secret.

    ``set`` takes ``{account}``, ``{kind}`` and ``{text}``; ``shown`` is a pattern with ``{account}`` whose
    groups are ``kind`` and ``text``; ``unset`` takes the secret away; ``readable`` is how the line looks
    where the device keeps the password in a form that can be read back.
    """

    set: str
    shown: str
    readable: str
    unset: str = ""


@dataclass(frozen=True, slots=True)
class Syntax:
    """One type of device; ``netmiko`` is that library's name for it.

    ``lines`` are by the role of the account. ``running`` and ``startup`` show the lines that matter,
    ``logons`` what the device counts of bad log-ons (empty: it does not tell).
    ``refusals`` is how the device says no. ``computed`` are hashes that are sent in place of the password
    where the device shows one of the same type; ``plain`` is the type that says "this is the password".
    ``tried`` is False where the syntax is the vendor's documentation and was never run against a device here.
    """

    netmiko: str
    lines: Mapping[str, Line]
    running: str
    startup: str
    logons: str
    refusals: str
    plain: str = "0"
    computed: tuple[str, ...] = ()
    longest: int = 127
    longest_plain: int = 25
    tried: bool = True

    def line(self, credential: Credential) -> Line:
        """BadSetting where the device has no such thing as the account's role."""
        found = self.lines.get(credential.role)
        if found is None:
            raise texts.no_role(credential, sorted(self.lines))
        if not _NAME.fullmatch(credential.account):
            raise BadSetting(
                "network.account_name",
                Text("this account name cannot be put into a command", "このアカウント名は使えません"),
                Text("letters, digits, . _ - (32 at most)", "英数字と . _ - (32 文字以内)"),
                target=credential.label,
            )
        return found

    def check(self, credential: Credential, password: Secret, *, plain: bool) -> None:
        """BadInput for a password that the device's command line would take for something else."""
        given, longest = password.reveal(), self.longest_plain if plain else self.longest
        bad = not all("!" <= letter <= "~" and letter != "?" for letter in given)
        if bad or not 1 <= len(given) <= longest:
            raise BadInput(
                "network.password_form",
                Text(
                    f"the device cannot take this password: 1 to {longest} ASCII characters, no ? and no space",
                    f"機器が受け付けない形式です: ASCII {longest} 文字以内、? と空白は不可",
                ),
                Text(
                    "mend the rules for kind network in passwords.yml",
                    "passwords.yml の network の規則を直す",
                ),
                target=credential.label,
            )
