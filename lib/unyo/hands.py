"""The hand of each kind of account, built from settings when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from unyo.core.credential import AccountKind, Hand
from unyo.core.errors import BadSetting
from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.wiring import Toolbox


class BuiltHands:
    """core.credential.Hands of one installation."""

    def __init__(self, tools: Toolbox) -> None:
        self._tools = tools

    def of(self, kind: AccountKind) -> Hand:
        match kind:
            case AccountKind.WINDOWS:
                return self._windows
            case AccountKind.LINUX:
                return self._linux
            case AccountKind.POSTGRESQL:
                return self._postgresql
            case AccountKind.MARIADB:
                return self._mariadb
            case AccountKind.NETWORK:
                return self._network
            case AccountKind.DIRECTORY:
                return self._directory
            case AccountKind.APPLIANCE:
                return self._appliance

    @cached_property
    def _windows(self) -> Hand:
        raise _missing(AccountKind.WINDOWS)

    @cached_property
    def _linux(self) -> Hand:
        from unyo.connectors.ssh.hand import LinuxHand

        return LinuxHand(self._tools.vault.open)

    @cached_property
    def _postgresql(self) -> Hand:
        raise _missing(AccountKind.POSTGRESQL)

    @cached_property
    def _mariadb(self) -> Hand:
        raise _missing(AccountKind.MARIADB)

    @cached_property
    def _network(self) -> Hand:
        from unyo.connectors.network.hand import NetworkHand

        return NetworkHand(self._tools.vault.open)

    @cached_property
    def _directory(self) -> Hand:
        raise _missing(AccountKind.DIRECTORY)

    @cached_property
    def _appliance(self) -> Hand:
        raise _missing(AccountKind.APPLIANCE)


def _missing(kind: AccountKind) -> BadSetting:
    return BadSetting(
        "passwords.no_hand",
        Text(
            f"passwords of this kind cannot be set here: {kind}",
            f"この種別のパスワードは設定できません: {kind}",
        ),
        Text("see docs/passwords.md", "docs/passwords.ja.md を参照"),
    )
