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
        from unyo.connectors.winrm.passwords import WindowsHand
        from unyo.wiring import reach

        tools = self._tools
        return WindowsHand(
            reach(tools.settings), tools.vault.open_many, tools.terminal_password, tools.own_passwords
        )

    @cached_property
    def _linux(self) -> Hand:
        from unyo.connectors.ssh.hand import LinuxHand

        return LinuxHand(self._tools.vault.open)

    @cached_property
    def _postgresql(self) -> Hand:
        try:
            from unyo.connectors.databases.postgresql import postgresql_hand
        except ImportError:
            raise BadSetting(
                "passwords.no_psycopg",
                Text("the library for PostgreSQL is not installed", "PostgreSQL 用のライブラリがありません"),
                Text("pip install 'unyo[postgresql]'", "pip install 'unyo[postgresql]' を実行する"),
            ) from None
        return postgresql_hand(self._tools.vault.open)

    @cached_property
    def _mariadb(self) -> Hand:
        from unyo.connectors.databases.mariadb import mariadb_hand

        return mariadb_hand(self._tools.vault.open)

    @cached_property
    def _network(self) -> Hand:
        from unyo.connectors.network.hand import NetworkHand

        return NetworkHand(self._tools.vault.open)

    @cached_property
    def _directory(self) -> Hand:
        from unyo.connectors.directory.passwords import DirectoryHand

        return DirectoryHand(self._tools.vault.open, lambda: self._tools.directory_settings)

    @cached_property
    def _appliance(self) -> Hand:
        from unyo.connectors.appliances.hand import ApplianceHand

        return ApplianceHand(self._tools.vault.open, [self._tools.settings.home / "appliances"])


def _missing(kind: AccountKind) -> BadSetting:
    return BadSetting(
        "passwords.no_hand",
        Text(
            f"passwords of this kind cannot be set here: {kind}",
            f"この種別のパスワードは設定できません: {kind}",
        ),
        Text("see docs/passwords.md", "docs/passwords.ja.md を参照"),
    )
