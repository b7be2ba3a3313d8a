"""One log-on at a device over SSH: what it came to is told apart before and after the password was sent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import paramiko

from unyo.connectors.ssh.host_keys import HostKeys, PinnedClient
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

_KNOCKS = 4
_PAUSE = 0.15


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Seconds for a connection and for an answer, devices at a time."""

    connect_seconds: float = 10
    answer_seconds: float = 20
    parallel: int = 50


class NotBegun(Exception):
    """The device was not reached; no password was sent. ``again``: it answered, but hung up."""

    def __init__(self, name: str, *, again: bool = False) -> None:
        super().__init__(name)
        self.again = again


class LogonRefused(Exception):
    """The device heard the password and said no."""


class LineLost(Exception):
    """The connection broke after a password was sent."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where one account of a device logs on."""

    credential: Credential
    account: str
    settings: NetworkSettings

    @property
    def host_keys(self) -> HostKeys:
        return HostKeys.of(self.credential.options, self.credential.label)

    @property
    def ssh_options(self) -> dict[str, Any]:
        """What SSHClient.connect takes, but for the password."""
        seconds = self.settings.connect_seconds
        return {
            "hostname": self.credential.address,
            "port": self.credential.port or 22,
            "username": self.account,
            "timeout": seconds,
            "banner_timeout": seconds,
            "auth_timeout": self.settings.answer_seconds,
            "look_for_keys": False,
            "allow_agent": False,
        }

    def client(self, password: Secret) -> DeviceClient:
        """A client that has logged on; NotBegun, LogonRefused, LineLost or a UnyoError otherwise."""
        opened = DeviceClient(self.host_keys)
        opened.connect(password=password.reveal(), **self.ssh_options)
        return opened


class DeviceClient(PinnedClient):
    """Tries again while nothing was sent: a device with many callers at once hangs up on some of them."""

    def connect(self, *arguments: Any, **options: Any) -> None:
        for knock in range(1, _KNOCKS + 1):
            try:
                self._log_on(*arguments, **options)
                return
            except NotBegun as error:
                if knock == _KNOCKS or not error.again:
                    raise
                time.sleep(_PAUSE * knock)

    def _log_on(self, *arguments: Any, **options: Any) -> None:
        try:
            super().connect(*arguments, **options)
        except UnyoError:
            self.close()
            raise
        # Whatever the library raises is told apart by how far its transport came, not by its type: it
        # says "authentication failed" of a connection that broke as well.
        except Exception as error:
            transport = self.get_transport()
            begun = transport is not None and transport.auth_handler is not None
            heard = begun and transport is not None and transport.is_active()
            self.close()
            name = type(error).__name__
            if heard and isinstance(error, paramiko.AuthenticationException):
                raise LogonRefused(name) from None
            if begun:
                raise LineLost(name) from None
            answered = not isinstance(error, OSError) or isinstance(error, ConnectionResetError)
            raise NotBegun(name, again=answered) from None
