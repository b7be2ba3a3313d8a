"""A server proves by its host key who it is before any password is sent to it.

For paramiko: ``keys.transport`` makes a Transport that asks for the pinned algorithms, ``keys.check`` is
called after ``start_client`` and before any authentication. For netmiko: let ``_get_ssh_client_instance``
return a ``PinnedClient(keys)``. Both raise a TargetSaidNo error; nothing was sent then.
"""

from __future__ import annotations

import base64
import logging
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import paramiko

from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
from unyo.core.text import Text

OPTION = "host_key"
"""The option of a device that holds its keys: one line ``ssh-ed25519 AAAA…`` or a list of them."""

LOG = "unyo.ssh"
# What the library notes is no message for people, and a broken greeting would print a traceback.
logging.getLogger(LOG).addHandler(logging.NullHandler())
logging.getLogger(LOG).propagate = False

_RSA = ("rsa-sha2-512", "rsa-sha2-256")


@dataclass(frozen=True, slots=True)
class HostKeys:
    """The keys that one server may show; ``shown_as`` names it in errors."""

    keys: tuple[paramiko.PKey, ...]
    shown_as: str

    @classmethod
    def of(cls, options: Mapping[str, Any], shown_as: str) -> HostKeys:
        """From a device's options; BadSetting where none is pinned or a line is no key."""
        pinned = options.get(OPTION) or ()
        lines = (pinned,) if isinstance(pinned, str) else tuple(pinned)
        if not lines:
            raise BadSetting(
                "devices.host_key.unknown",
                Text(
                    "no host key of it is trusted yet; nothing was sent",
                    "ホスト鍵が未登録のため、何も送信していません",
                ),
                Text(
                    "compare its fingerprint at its console, then: unyo devices trust NAME",
                    "機器のコンソールで指紋を確認してから: unyo devices trust 名前",
                ),
                target=shown_as,
            )
        return cls(tuple(parse(line, shown_as) for line in lines), shown_as)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The host key algorithms to ask for: a server with several keys shows the pinned one."""
        names = (_RSA if key.get_name() == "ssh-rsa" else (key.get_name(),) for key in self.keys)
        return tuple(dict.fromkeys(name for group in names for name in group))

    def transport(self, sock: Any, **options: Any) -> paramiko.Transport:
        """A transport that has not started yet."""
        transport = paramiko.Transport(sock, **options)
        transport.set_log_channel(LOG)
        # Only these: a server that cannot show one of them is another one.
        transport.get_security_options().key_types = list(self.algorithms)
        return transport

    def check(self, shown: paramiko.PKey) -> None:
        """TargetSaidNo where the key is not one of the pinned ones."""
        if any(shown == key for key in self.keys):
            return
        raise self.changed(f"{fingerprint(shown)}; {', '.join(map(fingerprint, self.keys))}")

    def changed(self, detail: str) -> TargetSaidNo:
        return TargetSaidNo(
            "devices.host_key.changed",
            Text(
                "its host key is not the trusted one: it was set up anew, or another machine answers; "
                "nothing was sent",
                "ホスト鍵が登録済みのものと異なります(再構築または別の機器の可能性)。何も送信していません",
            ),
            Text(
                "compare its fingerprint at its console; if it is right: unyo devices trust NAME",
                "機器のコンソールで指紋を確認し、正しければ: unyo devices trust 名前",
            ),
            target=self.shown_as,
            detail=detail,
        )


class PinnedClient(paramiko.SSHClient):  # type: ignore[misc]
    """An SSHClient that takes only pinned host keys, whatever policy it is given afterwards."""

    def __init__(self, keys: HostKeys) -> None:
        super().__init__()
        self._keys = keys
        super().set_missing_host_key_policy(_OnlyPinned(keys))

    def set_missing_host_key_policy(self, policy: Any) -> None:
        return None

    def connect(self, *arguments: Any, **options: Any) -> Any:
        options["transport_factory"] = self._keys.transport
        try:
            return super().connect(*arguments, **options)
        except paramiko.ssh_exception.IncompatiblePeer as error:
            if is_other_algorithm(error):
                raise self._keys.changed("algorithm") from None
            raise


class _OnlyPinned(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    def __init__(self, keys: HostKeys) -> None:
        self._keys = keys

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        self._keys.check(key)


def is_other_algorithm(error: BaseException) -> bool:
    """Whether the greeting failed because the server has no key of a pinned algorithm."""
    return isinstance(error, paramiko.ssh_exception.IncompatiblePeer) and "host key" in str(error)


def parse(line: str, shown_as: str = "") -> paramiko.PKey:
    """The key in a line as in known_hosts or a .pub file, without the host's name; BadSetting otherwise."""
    words = line.split()
    try:
        key = paramiko.PKey.from_type_string(words[0], base64.b64decode(words[1], validate=True))
        if key.get_base64() != words[1]:
            raise ValueError("cut short")
        return key
    except Exception as error:  # the library raises whatever its parsers do
        raise BadSetting(
            "devices.host_key.format",
            Text("a trusted host key cannot be read", "登録されたホスト鍵を読めません"),
            Text("trust it again: unyo devices trust NAME", "登録し直す: unyo devices trust 名前"),
            target=shown_as or None,
            detail=type(error).__name__,
        ) from None


def fingerprint(key: paramiko.PKey | str) -> str:
    """As ``ssh-keygen -lf`` shows it: ``ED25519 SHA256:…``."""
    pkey = parse(key) if isinstance(key, str) else key
    return f"{pkey.get_name()} {pkey.fingerprint}"


def read_host_key(address: str, port: int = 22, seconds: float = 10) -> str:
    """The line of the key that the server shows now; no account is named and nothing secret is sent.

    Whether it is the right server is for a person to say.
    """
    try:
        with (
            closing(socket.create_connection((address, port or 22), seconds)) as sock,
            closing(paramiko.Transport(sock)) as transport,
        ):
            transport.set_log_channel(LOG)
            transport.start_client(timeout=seconds)
            shown = transport.get_remote_server_key()
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise Unreachable(
            "devices.unreachable",
            Text("it does not answer over SSH", "SSH で応答しません"),
            Text("check address, port and network", "アドレス・ポート・ネットワークを確認する"),
            target=f"{address}:{port or 22}",
            detail=type(error).__name__,
        ) from None
    return f"{shown.get_name()} {shown.get_base64()}"
