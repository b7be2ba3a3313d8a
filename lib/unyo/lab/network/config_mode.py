"""Configuration mode of an emulated switch."""

from __future__ import annotations

import re

from unyo.lab.network.configuration import Blocking, Configuration, Stored
from unyo.lab.network.emulated_switch import EmulatedSwitch
from unyo.lab.network.grammar import Command, CommandError, command, find, next_words

_PORT = re.compile(r"gi[a-z]*\s*([0-9/]+)", re.IGNORECASE)


class ConfigMode:
    """One session's place within the configuration: ``section`` is what stands in the prompt."""

    def __init__(self, switch: EmulatedSwitch) -> None:
        self._switch = switch
        self.section = "config"
        self._subject = ""
        self._tables = {
            "config": self._global(),
            "config-if": self._interface(),
            "config-line": self._line(),
            "config-vlan": [command("name <name>", self._name_vlan)],
            "config-archive": [command("log config", lambda: self._enter("config-archive-log-cfg"))],
            "config-archive-log-cfg": self._command_log(),
        }

    def enter(self, line: str) -> str:
        """Carry one line out; a line that its section does not know may be one of the global section."""
        try:
            found, given = find(self._tables[self.section], line)
        except CommandError as error:
            if self.section == "config":
                raise
            try:
                found, given = find(self._tables["config"], line)
            except CommandError:
                raise error from None
        return found.run(*given) or ""

    def next_words(self, line: str) -> list[str]:
        return next_words(self._tables[self.section], line)

    def _enter(self, section: str, subject: str = "") -> None:
        self.section, self._subject = section, subject

    def _global(self) -> list[Command]:
        running, user = self._running, self._set_user
        return [
            command("version <rest…>", lambda rest: None),
            command("hostname <name>", lambda name: setattr(running(), "hostname", name)),
            command("service password-encryption", lambda: setattr(running(), "encrypts", True)),
            command("no service password-encryption", lambda: setattr(running(), "encrypts", False)),
            command("security passwords min-length <n>", self._shortest),
            command("no aaa new-model", lambda: None),
            command("username <name> privilege <n>", user),
            command("username <name> secret <rest…>", lambda name, rest: user(name, None, rest)),
            command("username <name> privilege <n> secret <rest…>", user),
            command("username <name> password <rest…>", lambda name, rest: self._readable(name, None, rest)),
            command("username <name> privilege <n> password <rest…>", self._readable),
            command(
                "username <name> algorithm-type <type> secret <rest…>",
                lambda name, kind, rest: user(name, None, rest, kind),
            ),
            command(
                "username <name> privilege <n> algorithm-type <type> secret <rest…>",
                lambda name, n, kind, rest: user(name, n, rest, kind),
            ),
            command("no username <name>", self._remove_user),
            command("enable secret <rest…>", self._set_enable),
            command("enable algorithm-type <type> secret <rest…>", lambda kind, r: self._set_enable(r, kind)),
            command("no enable secret", lambda: self._switch.set_secret("", None, None)),
            command("login block-for <seconds> attempts <n> within <seconds>", self._block),
            command("no login block-for", lambda: setattr(running(), "blocking", None)),
            command("archive", lambda: self._enter("config-archive")),
            command("vlan <n>", self._vlan),
            command("no vlan <n>", self._remove_vlan),
            command("interface <rest…>", self._choose_port),
            command("line vty <n> <n>", self._choose_line),
        ]

    def _interface(self) -> list[Command]:
        return [
            command("switchport mode access", lambda: None),
            command("switchport access vlan <n>", lambda n: self._port(vlan=_number(n, 1, 4094))),
            command("no switchport access vlan", lambda: self._port(vlan=1)),
            command("shutdown", lambda: self._port(closed=True)),
            command("no shutdown", lambda: self._port(closed=False)),
            command("description <rest…>", lambda rest: self._port(about=rest)),
        ]

    def _line(self) -> list[Command]:
        running = self._running
        return [
            command("login local", lambda: setattr(running(), "login_local", True)),
            command("no login", lambda: setattr(running(), "login_local", False)),
            command("transport input ssh", lambda: None),
        ]

    def _command_log(self) -> list[Command]:
        running = self._running
        return [
            command("logging enable", lambda: None),
            command(
                "notify syslog contenttype plaintext", lambda: setattr(running(), "shows_commands", True)
            ),
            command("hidekeys", lambda: setattr(running(), "shows_commands", False)),
        ]

    def _running(self) -> Configuration:
        return self._switch.running

    def _set_user(self, name: str, privilege: str | None = None, rest: str = "", kind: str = "") -> None:
        level = None if privilege is None else _number(privilege, 0, 15)
        stored = self._switch.running.secret(rest, _algorithm(kind)) if rest else None
        self._switch.set_secret(name, level, stored)

    def _remove_user(self, name: str) -> None:
        self._switch.running.users.pop(name, None)

    def _remove_vlan(self, number: str) -> None:
        self._switch.running.vlans.pop(_number(number, 2, 4094), None)

    def _readable(self, name: str, privilege: str | None, rest: str) -> None:
        level = None if privilege is None else _number(privilege, 0, 15)
        self._switch.set_secret(name, level, self._switch.running.password(rest))

    def _set_enable(self, rest: str, kind: str = "") -> None:
        stored: Stored = self._switch.running.secret(rest, _algorithm(kind))
        self._switch.set_secret("", None, stored)

    def _shortest(self, count: str) -> None:
        self._switch.running.shortest = _number(count, 0, 16)

    def _block(self, seconds: str, tries: str, window: str) -> None:
        numbers = (_number(each, 1, 65_535) for each in (seconds, tries, window))
        self._switch.running.blocking = Blocking(*numbers)

    def _vlan(self, number: str) -> None:
        vlan = _number(number, 1, 4094)
        self._switch.running.vlans.setdefault(vlan, f"VLAN{vlan:04d}")
        self._enter("config-vlan", str(vlan))

    def _name_vlan(self, name: str) -> None:
        self._switch.running.vlans[int(self._subject)] = name

    def _choose_port(self, given: str) -> None:
        wanted = _PORT.fullmatch(given.strip())
        name = f"GigabitEthernet{wanted.group(1)}" if wanted else ""
        if name not in self._switch.running.ports:
            raise CommandError("% Invalid input detected at '^' marker.\n")
        self._enter("config-if", name)

    def _port(self, **changed: object) -> None:
        port = self._switch.running.ports[self._subject]
        for name, value in changed.items():
            setattr(port, name, value)
        self._switch.running.vlans.setdefault(port.vlan, f"VLAN{port.vlan:04d}")
        self._switch.apply_port(self._subject)

    def _choose_line(self, first: str, last: str) -> None:
        _number(first, 0, 0)
        self._switch.running.last_line = _number(last, 0, 15)
        self._enter("config-line")


def _number(given: str, least: int, most: int) -> int:
    if not given.isdecimal() or not least <= int(given) <= most:
        raise CommandError("% Invalid input detected at '^' marker.\n")
    return int(given)


def _algorithm(kind: str) -> str:
    known = {"": "", "sha256": "8", "scrypt": "9"}
    if kind not in known:
        raise CommandError("% Invalid input detected at '^' marker.\n")
    return known[kind]
