"""How terminals are reached, and what is refused before anything is sent."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Terminal
from unyo.core.text import Text

PasswordSource = Callable[[], Secret]
SecretSource = Callable[[SecretRef], Secret]

TRANSPORTS = ("kerberos", "negotiate", "ntlm", "certificate", "basic")
PROTOCOLS = ("winrm", "psrp")


@dataclass(frozen=True, slots=True)
class WinrmSettings:
    """``scripts`` are folders of scripts, the first that has one wins; ``port`` 0 is WinRM's own."""

    user: str = ""
    transport: str = "negotiate"
    protocol: str = "winrm"
    scheme: str = "https"
    port: int = 0
    ca_file: str = ""
    certificate_file: str = ""
    certificate_key_file: str = ""
    connect_seconds: float = 5.0
    parallel: int = 32
    scripts: tuple[Path, ...] = ()

    @property
    def encrypted(self) -> bool:
        return self.scheme == "https"

    @property
    def default_port(self) -> int:
        return self.port or (5986 if self.encrypted else 5985)

    @property
    def authentication(self) -> str:
        """What is offered to the terminal: a local account cannot use Kerberos, so none is tried for it."""
        local = "@" not in self.user and "\\" not in self.user
        return "ntlm" if self.transport == "negotiate" and local else self.transport

    def check(self) -> None:
        """BadSetting where these settings could not work or would send a password in the clear."""
        if self.transport not in TRANSPORTS:
            raise _wrong("transport", ", ".join(TRANSPORTS))
        if self.protocol not in PROTOCOLS:
            raise _wrong("protocol", ", ".join(PROTOCOLS))
        if self.scheme not in ("http", "https"):
            raise _wrong("scheme", "https, http")
        if self.transport in ("basic", "certificate") and not self.encrypted:
            raise BadSetting(
                "terminals.channel",
                Text(
                    f"{self.transport} over plain HTTP would send the log-on in the clear; nothing was sent",
                    f"{self.transport} を HTTP で使うと認証情報が平文で流れるため、送信していません",
                ),
                Text('set [terminals] scheme = "https"', '[terminals] scheme = "https" を設定する'),
            )
        if self.transport == "certificate" and not (self.certificate_file and self.certificate_key_file):
            raise _wrong("certificate_file, certificate_key_file", "PEM")
        if self.transport != "certificate" and not self.user:
            raise BadSetting(
                "terminals.user",
                Text("no account for terminals is configured", "端末用のアカウントが設定されていません"),
                Text("set [terminals] user and its password", "[terminals] user とパスワードを設定する"),
            )
        for file in (self.ca_file, self.certificate_file, self.certificate_key_file):
            if file and not Path(file).is_file():
                raise BadSetting(
                    "terminals.file",
                    Text("a certificate file is missing", "証明書ファイルがありません"),
                    Text("check the paths in [terminals]", "[terminals] のパスを確認する"),
                    target=file,
                )


def service_host(terminal: Terminal) -> str | None:
    """Kerberos needs a name: where the ledger has an IP address, the terminal's short name is one."""
    try:
        ipaddress.ip_address(terminal.address)
    except ValueError:
        return None
    return terminal.name


def _wrong(name: str, possible: str) -> BadSetting:
    return BadSetting(
        "terminals.setting",
        Text(f"[terminals] {name} is missing or unknown", f"[terminals] {name} がないか不明な値です"),
        Text(f"possible: {possible}", f"使える値: {possible}"),
    )
