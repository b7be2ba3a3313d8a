"""The prompt of an emulated switch: user mode, privileged mode, and the way into the configuration."""

from __future__ import annotations

from collections.abc import Callable

from unyo.lab.network.config_mode import ConfigMode
from unyo.lab.network.emulated_switch import ConnectionLost, EmulatedSwitch
from unyo.lab.network.grammar import Command, CommandError, command, find, next_words
from unyo.lab.network.printing import listing, piped
from unyo.lab.network.starting import restart

Answer = Callable[[str], str]


class Console:
    """One session. ``enter`` takes a line and gives what is printed; ``asking`` is a question of the device."""

    def __init__(self, switch: EmulatedSwitch, privilege: int) -> None:
        self._switch = switch
        self._privilege = privilege
        self._config: ConfigMode | None = None
        self._asked: tuple[str, bool, Answer] | None = None
        self._tries = 0
        self.ended = False

    @property
    def prompt(self) -> str:
        if self._asked is not None:
            return self._asked[0]
        name = self._switch.running.hostname
        if self._config is not None:
            return f"{name[:20]}({self._config.section})#"
        return name + ("#" if self._privilege == 15 else ">")

    @property
    def hidden(self) -> bool:
        """Whether what is typed now is not shown."""
        return self._asked is not None and self._asked[1]

    def enter(self, line: str) -> str:
        with self._switch.turn:
            if self._asked is not None:
                answer, self._asked = self._asked[2], None
                return answer(line)
            if not line.strip() or line.lstrip().startswith("!"):
                return ""
            self._switch.typed.append(line)
            try:
                return self._configure(line) if self._config is not None else self._execute(line)
            except CommandError as error:
                return str(error)

    def interrupt(self) -> None:
        """Control-Z: out of the configuration."""
        self._config = None

    def help(self, line: str) -> str:
        """The answer to a question mark: it is never part of a line unless Control-V stands before it."""
        words = self._config.next_words(line) if self._config else next_words(self._table(), line)
        return "".join(f"  {word}\n" for word in words) or "% Unrecognized command\n"

    def _configure(self, line: str) -> str:
        config, word = self._config, line.strip().lower()
        if config is None or word == "end":
            self._config = None
            return ""
        if word == "exit":
            self._config = None if config.section == "config" else config
            config.section = "config"
            return ""
        if word.startswith("do "):
            return self._execute(line.strip()[3:])
        return config.enter(line)

    def _execute(self, line: str) -> str:
        wanted, _, pipe = line.partition("|")
        found, given = find(self._table(), wanted)
        printed = found.run(*given) or ""
        return piped(printed, pipe.strip()) if pipe else printed

    def _table(self) -> list[Command]:
        switch = self._switch
        free = [
            command("terminal length <n>", lambda n: None),
            command("terminal width <n>", lambda n: None),
            command("enable", self._enable),
            command("disable", self._disable),
            command("exit", self._end),
            command("logout", self._end),
            command("show privilege", lambda: f"Current privilege level is {self._privilege}\n"),
            command("show version", lambda: "unyo lab switch: an emulation of IOS syntax, not IOS\n"),
            command("show vlan brief", self._vlans),
        ]
        if self._privilege < 15:
            return free
        return [
            *free,
            command("show running-config", lambda: listing(switch.running.lines())),
            command("show startup-config", self._startup),
            command("show login", self._login),
            command("configure terminal", self._begin_configuring),
            command("write", self._save),
            command("write memory", self._save),
            command("copy running-config startup-config", self._copy),
            command("reload", lambda: self._ask("Proceed with reload? [confirm]", self._reload)),
        ]

    def _ask(self, question: str, answer: Answer, *, hidden: bool = False) -> str:
        self._asked = (question, hidden, answer)
        return ""

    def _enable(self) -> str:
        if self._privilege == 15:
            return ""
        if self._switch.running.enable is None:
            return "% No password set\n"
        self._tries = 3
        return self._ask("Password: ", self._take_enable, hidden=True)

    def _take_enable(self, given: str) -> str:
        if self._switch.may_enable(given):
            self._privilege = 15
            return ""
        self._switch.bad_logons += 1
        self._tries -= 1
        if self._tries == 0:
            return "% Bad secrets\n\n"
        return self._ask("Password: ", self._take_enable, hidden=True)

    def _disable(self) -> None:
        self._privilege = 1

    def _end(self) -> None:
        self.ended = True

    def _begin_configuring(self) -> str:
        self._config = ConfigMode(self._switch)
        return "Enter configuration commands, one per line.  End with CNTL/Z.\n"

    def _startup(self) -> str:
        lines = self._switch.saved_lines()
        return listing(lines, "Using") if lines else "startup-config is not present\n"

    def _save(self) -> str:
        if self._switch.save():
            return "Building configuration...\n[OK]\n"
        return "Building configuration...\n%Error opening nvram:/startup-config (No space left on device)\n"

    def _copy(self) -> str:
        return self._ask("Destination filename [startup-config]? ", lambda name: self._save())

    def _reload(self, confirmed: str) -> str:
        if confirmed.strip().lower() in ("", "y", "yes"):
            restart(self._switch)
            raise ConnectionLost
        return ""

    def _login(self) -> str:
        block, switch = self._switch.running.blocking, self._switch
        if block is None:
            return (
                "     No login delay has been applied.\n     No Quiet-Mode access list has been configured.\n"
            )
        mode = "Quiet" if switch.quiet_seconds else "Normal"
        return (
            f"     Router enabled to watch for login Attacks.\n"
            f"     If more than {block.tries - 1} login failures occur in {block.window} seconds or less,\n"
            f"     logins will be disabled for {block.seconds} seconds.\n\n"
            f"     Router presently in {mode}-Mode.\n"
            f"     Current Watch Window\n"
            f"         Login failures for current window: {switch.recent_failures}.\n"
        )

    def _vlans(self) -> str:
        out = [
            "",
            "VLAN Name                             Status    Ports",
            "---- " + "-" * 32 + " --------- ----",
        ]
        running = self._switch.running
        for number, name in sorted(running.vlans.items()):
            ports = [
                each.replace("GigabitEthernet", "Gi")
                for each, port in running.ports.items()
                if port.vlan == number
            ]
            out.append(f"{number:<4} {name:<32} active    {', '.join(ports)}".rstrip())
        return "\n".join(out) + "\n"
