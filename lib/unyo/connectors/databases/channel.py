"""The way to a database: a socket, the loopback address, or TLS with a verified certificate; nothing else."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from unyo.connectors.databases import fault_texts as texts
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError


@dataclass(frozen=True, slots=True)
class Channel:
    """``socket`` is a path where one is used; ``tls`` says that a certificate must be verified.

    ``ca_file`` names who vouches for it, empty for the machine's own authorities.
    """

    host: str
    port: int
    socket: str = ""
    tls: bool = False
    ca_file: str = ""


def channel_of(account: Credential, default_port: int) -> Channel | UnyoError:
    """From the address and the options ``tls`` and ``ca_file``; an error where it would not be safe."""
    port = account.port or default_port
    if account.address.startswith("/"):
        return Channel("", port, socket=account.address)
    ca_file = str(account.options.get("ca_file", ""))
    if ca_file and not Path(ca_file).is_file():
        return texts.CERTIFICATE.bad_setting(account.label, ca_file)
    if ca_file or account.options.get("tls"):
        return Channel(account.address, port, tls=True, ca_file=ca_file)
    if _is_loopback(account.address):
        return Channel(account.address, port)
    return texts.CHANNEL.bad_setting(account.label, account.address)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
