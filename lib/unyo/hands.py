"""The hand of each kind of account, built from settings when first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from unyo.core.credential import AccountKind
from unyo.core.errors import BadSetting, NotFound, UnyoError
from unyo.core.hand import Hand
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.wiring import Toolbox


class BuiltHands:
    """core.hand.Hands of one installation."""

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
            reach(tools.settings), self._open_of_terminals, tools.terminal_password, tools.own_passwords
        )

    def _open_of_terminals(self, refs: Sequence[SecretRef]) -> dict[SecretRef, Secret | UnyoError]:
        """The shared first password may stand in the file of the settings instead of the vault."""
        tools = self._tools
        opened = tools.vault.open_many(refs)
        first = SecretRef(str((tools.policies.load("passwords").get("windows") or {}).get("initial") or ""))
        if tools.settings.terminals.password_file and isinstance(opened.get(first), NotFound):
            opened[first] = tools.terminal_password()
        return opened

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
        from unyo.places import places_of

        return DirectoryHand(
            self._tools.vault.open, lambda: self._tools.directory_settings, places_of(self._tools)
        )

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
