"""The configuration of an emulated switch: what its lines mean, and how it prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from unyo.connectors.network.hashing import hashed
from unyo.core.secret import Secret
from unyo.lab.network.grammar import CommandError
from unyo.lab.network.secrets_of_ios import opens, type_5, type_7

_HASHES = {"5": r"\$1\$[^$]+\$\S{22}", "8": r"\$8\$\S{14}\$\S{43}", "9": r"\$9\$\S{14}\$\S{43}"}


@dataclass(frozen=True, slots=True)
class Stored:
    """``secret 9 $9$…`` or ``password 7 08…``."""

    word: str
    kind: str
    text: str

    def opens(self, password: str) -> bool:
        return opens(self.kind, self.text, password)

    def __str__(self) -> str:
        return f"{self.word} {self.kind} {self.text}"


@dataclass(slots=True)
class User:
    privilege: int = 1
    stored: Stored | None = None


@dataclass(frozen=True, slots=True)
class Blocking:
    """``login block-for SECONDS attempts TRIES within WINDOW``."""

    seconds: int
    tries: int
    window: int


@dataclass(slots=True)
class Port:
    vlan: int = 1
    closed: bool = False
    about: str = ""


@dataclass(slots=True)
class Configuration:
    """What a switch is told to be."""

    hostname: str = "switch"
    default_type: str = "9"
    encrypts: bool = False
    shows_commands: bool = False
    enable: Stored | None = None
    users: dict[str, User] = field(default_factory=dict)
    blocking: Blocking | None = None
    vlans: dict[int, str] = field(default_factory=lambda: {1: "default"})
    ports: dict[str, Port] = field(default_factory=dict)
    last_line: int = 4
    login_local: bool = True
    shortest: int = 0

    def set_user(self, name: str, privilege: int | None, stored: Stored | None) -> None:
        user = self.users.setdefault(name, User())
        if stored is not None and user.stored is not None and stored.word != user.stored.word:
            raise CommandError(
                "ERROR: Can not have both a user password and a user secret.\n"
                "Please choose one or the other.\n"
            )
        user.privilege = user.privilege if privilege is None else privilege
        user.stored = stored or user.stored

    def secret(self, given: str, algorithm: str = "") -> Stored:
        """What follows ``secret``: ``PLAIN``, ``0 PLAIN``, ``9 HASH``."""
        kind, _, rest = given.partition(" ")
        if rest and kind in _HASHES:
            if not re.fullmatch(_HASHES[kind], rest.strip()):
                raise CommandError("ERROR: The secret you entered is not a valid encrypted secret.\n")
            return Stored("secret", kind, rest.strip())
        plain = rest if rest and kind == "0" else given
        if len(plain) < self.shortest:
            raise CommandError(
                f"% Password too short - must be at least {self.shortest} characters. "
                "Password configuration failed\n"
            )
        made = algorithm or self.default_type
        if made not in ("8", "9"):
            raise CommandError("% Only types 8 and 9 are made by this emulation.\n")
        return Stored("secret", made, hashed(made, Secret(plain.lstrip(" "))))

    def password(self, given: str) -> Stored:
        """What follows ``password``: readable, or turned into type 7 where the service is on."""
        kind, _, rest = given.partition(" ")
        if rest and kind == "7":
            return Stored("password", "7", rest.strip())
        plain = rest if rest and kind == "0" else given
        if self.encrypts:
            return Stored("password", "7", type_7(plain))
        return Stored("password", "0", plain)

    def lines(self) -> list[str]:
        """As ``show running-config`` prints it."""
        out = ["version 17.9"]
        out.append(f"{'' if self.encrypts else 'no '}service password-encryption")
        out += ["!", f"hostname {self.hostname}", "!"]
        out += [f"security passwords min-length {self.shortest}"] if self.shortest else []
        if self.enable is not None:
            out += [f"enable {self.enable}", "!"]
        out += ["no aaa new-model"]
        if self.blocking is not None:
            block = self.blocking
            out.append(f"login block-for {block.seconds} attempts {block.tries} within {block.window}")
        for name, user in sorted(self.users.items()):
            privilege = f" privilege {user.privilege}" if user.privilege != 1 or not user.stored else ""
            out.append(f"username {name}{privilege}" + (f" {user.stored}" if user.stored else ""))
        if self.shows_commands:
            out += ["archive", " log config", "  logging enable", "  notify syslog contenttype plaintext"]
        for number, name in sorted(self.vlans.items()):
            out += ["!", f"vlan {number}", f" name {name}"] if number != 1 else []
        for name, port in self.ports.items():
            out += ["!", f"interface {name}"]
            out += [f" description {port.about}"] if port.about else []
            out += [f" switchport access vlan {port.vlan}"] if port.vlan != 1 else []
            out += [" switchport mode access"]
            out += [" shutdown"] if port.closed else []
        out += ["!", f"line vty 0 {self.last_line}", " login local" if self.login_local else " no login"]
        return [*out, " transport input ssh", "!", "end"]


def startup_lines(account: str, password: Secret, enable: Secret, kind: str = "9") -> list[str]:
    """What a new switch begins with: an administrator, a secret for enable, five lines for sessions."""

    def stored(secret: Secret) -> str:
        return type_5(secret.reveal(), "mERr") if kind == "5" else hashed(kind, secret)

    return [
        f"enable secret {kind} {stored(enable)}",
        f"username {account} privilege 15 secret {kind} {stored(password)}",
        "line vty 0 4",
        " login local",
    ]
