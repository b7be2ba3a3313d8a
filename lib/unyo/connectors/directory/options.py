"""How to reach a directory server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """``urls`` in order of preference: ``ldaps://host`` or ``ldap://host`` (then StartTLS is used, always).

    ``base_dn`` empty: the server's default naming context. ``bind`` is ``simple`` (name and password over
    TLS) or ``kerberos`` (the ticket cache of the process). ``password`` is asked for each new connection;
    ``newer`` gives passwords that may have come into force since (a renewal that was cut off), tried only
    where that one is refused. Seconds throughout.
    """

    urls: tuple[str, ...]
    bind_name: str = ""
    password: Callable[[], Secret] | None = None
    newer: Callable[[], Sequence[Secret]] | None = None
    bind: str = "simple"
    base_dn: str = ""
    ca_file: str = ""
    connect_timeout: int = 5
    answer_timeout: int = 60
    page_size: int = 1000

    def check(self) -> None:
        """BadSetting for anything that cannot work or would not be safe."""
        if not self.urls or not all(url.startswith(("ldaps://", "ldap://")) for url in self.urls):
            raise bad(
                "urls",
                "an address must begin with ldaps:// or ldap://",
                "ldaps:// か ldap:// で始めてください",
            )
        if self.bind not in ("simple", "kerberos"):
            raise bad("bind", "bind is simple or kerberos", "bind は simple か kerberos です")
        if self.bind == "simple" and (not self.bind_name or self.password is None):
            raise bad(
                "bind_name", "a simple bind needs a name and a password", "bind_name とパスワードが必要です"
            )


def bad(target: str, en: str, ja: str, detail: str | None = None) -> BadSetting:
    return BadSetting(
        "directory.setting",
        Text(en, ja),
        Text(
            "mend [directory] in the settings, then: unyo doctor",
            "設定の [directory] を直し unyo doctor で確認",
        ),
        target=target,
        detail=detail,
    )
