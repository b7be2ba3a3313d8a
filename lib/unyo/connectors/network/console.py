"""One session at a device's prompt, over netmiko: reads lines, sets one secret, saves."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unyo.connectors.network.doors import DeviceClient, Door, LineLost, LogonRefused, NotBegun
from unyo.connectors.network.quiet import silence
from unyo.connectors.network.syntax import Syntax
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret


class DeviceRefused(Exception):
    """The device said no to a command."""


@contextmanager
def console(door: Door, syntax: Syntax, password: Secret) -> Iterator[Console]:
    """A session that has logged on, closed with the block; raises what Door.client raises."""
    silence()
    with _line("connect"):
        connection = _connection(door, syntax, password)
    try:
        yield Console(connection, syntax, door.settings.answer_seconds)
    finally:
        with contextlib.suppress(Exception):
            connection.disconnect()


class Console:
    """Every method raises LineLost where the connection breaks."""

    def __init__(self, connection: Any, syntax: Syntax, seconds: float) -> None:
        self._connection, self._syntax, self._seconds = connection, syntax, seconds

    @property
    def _prompt(self) -> str:
        """The library knows only the first 16 characters of a name."""
        return rf"{re.escape(self._connection.base_prompt)}[^\r\n]*[>#]\s*$"

    @property
    def privileged(self) -> bool:
        with _line("prompt"):
            return bool(self._connection.check_enable_mode())

    def enable(self, secret: Secret) -> bool:
        """Exactly one try; after a refusal the session is good for nothing more."""
        connection = self._connection
        with _line("enable"):
            connection.write_channel("enable\n")
            ends = rf"ssword|{self._prompt}"
            asked = connection.read_until_pattern(pattern=ends, read_timeout=self._seconds)
            connection.asked = "ssword" in asked
            if connection.asked:
                connection.write_channel(secret.reveal() + "\n")
                asked = connection.read_until_pattern(pattern=ends, read_timeout=self._seconds)
                connection.asked = "ssword" in asked
            return bool(asked.rstrip().endswith("#"))

    def disable(self) -> None:
        with _line("disable"):
            self._connection.exit_enable_mode()

    def ask(self, command: str) -> list[str]:
        """The lines that a command prints; never one with a secret in the command."""
        with _line("show"):
            printed = self._connection.send_command(
                command, expect_string=self._prompt, read_timeout=self._seconds, strip_command=True
            )
        return str(printed).splitlines()

    def configure(self, line: str) -> None:
        """One line of configuration; DeviceRefused where the device says no. Leaves configuration mode."""
        from netmiko.exceptions import ConfigInvalidException

        with _line("configure"):
            self._connection.config_mode()
            try:
                self._connection.send_config_set(
                    [line],
                    enter_config_mode=False,
                    exit_config_mode=False,
                    error_pattern=self._syntax.refusals,
                    read_timeout=self._seconds,
                )
            # Its text quotes the command.
            except ConfigInvalidException:
                raise DeviceRefused from None
            finally:
                with contextlib.suppress(Exception):
                    self._connection.exit_config_mode()

    def save(self) -> None:
        with _line("save"):
            printed = str(self._connection.save_config())
        if re.search(self._syntax.refusals, printed, re.MULTILINE):
            raise DeviceRefused


def _connection(door: Door, syntax: Syntax, password: Secret) -> Any:
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    keys = door.host_keys
    known: Any = CLASS_MAPPER[syntax.netmiko]

    class Pinned(known):  # type: ignore[misc]
        """Takes the pinned host key only; says goodbye in one word, and never to a question for a password."""

        asked = False

        def _get_ssh_client_instance(self) -> DeviceClient:
            return DeviceClient(keys)

        def read_channel(self) -> str:
            """The library waits for a line that is dead as for one that is slow."""
            read = str(super().read_channel())
            if not read and self.remote_conn.closed:
                raise EOFError
            return read

        def cleanup(self, command: str = "exit") -> None:
            if not self.asked:
                self.write_channel(command + self.RETURN)

    options = door.ssh_options
    return Pinned(
        host=options["hostname"],
        port=options["port"],
        username=options["username"],
        password=password.reveal(),
        device_type=syntax.netmiko,
        conn_timeout=options["timeout"],
        banner_timeout=options["banner_timeout"],
        auth_timeout=options["auth_timeout"],
        read_timeout_override=door.settings.answer_seconds,
    )


@contextmanager
def _line(doing: str) -> Iterator[None]:
    """What netmiko and paramiko raise quotes commands: only the type's name goes on."""
    try:
        yield
    except (UnyoError, DeviceRefused, LogonRefused, NotBegun, LineLost):
        raise
    except Exception as error:
        raise LineLost(f"{doing}: {type(error).__name__}") from None
