"""Accounts whose passwords unyo keeps, and how a job chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.secret import SecretRef
from unyo.core.target import Target
from unyo.core.text import Text


class AccountKind(StrEnum):
    """What kind of system an account belongs to; each kind has its own hand."""

    WINDOWS = "windows"
    LINUX = "linux"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    NETWORK = "network"
    DIRECTORY = "directory"
    APPLIANCE = "appliance"

    @property
    def label(self) -> Text:
        return _KINDS[self]


_KINDS = {
    AccountKind.WINDOWS: Text("local account of a terminal or server", "端末・サーバのローカルアカウント"),
    AccountKind.LINUX: Text("Linux account", "Linux アカウント"),
    AccountKind.POSTGRESQL: Text("PostgreSQL role", "PostgreSQL ロール"),
    AccountKind.MARIADB: Text("MariaDB account", "MariaDB アカウント"),
    AccountKind.NETWORK: Text("network device", "ネットワーク機器"),
    AccountKind.DIRECTORY: Text("directory account", "ディレクトリのアカウント"),
    AccountKind.APPLIANCE: Text("printer or appliance", "プリンタ・機器"),
}


@dataclass(frozen=True, slots=True)
class Credential:
    """One account with a password on one system.

    ``system`` is a terminal's serial number or a device's name; ``path`` its secret's name in the vault;
    ``role`` what it is for (``login``, ``enable``, ``superuser``, ``service``, ``admin``); ``driver`` the
    device type of netmiko or the plug-in of an appliance; ``via`` the path of the account that signs on to set
    it (empty: it changes its own). ``initial`` is where its first password is sealed if its own path is empty.
    ``options`` is what the kind's hand needs besides: host keys, databases, certificates.
    """

    kind: AccountKind
    system: str
    account: str
    path: str
    label: str
    address: str = ""
    port: int = 0
    driver: str = ""
    role: str = "admin"
    via: str = ""
    initial: SecretRef | None = None
    groups: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> SecretRef:
        """The password in force."""
        return SecretRef(self.path)

    @property
    def target(self) -> Target:
        """Its lock is the system's own: nothing else may work there while its password changes."""
        kind = "terminal" if self.kind is AccountKind.WINDOWS else f"{self.kind}"
        key = self.path if self.kind is AccountKind.DIRECTORY else self.system
        return Target(kind, key, self.label)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which accounts a job is about: every given condition must hold; params of runbooks inherit it."""

    path: tuple[str, ...] = option(Text("accounts by their name in the vault", "保管庫での名前"), default=())
    kind: tuple[AccountKind, ...] = option(
        Text("kinds: windows, linux, network, …", "種別 (windows, linux, network など)"), default=()
    )
    group: tuple[str, ...] = option(
        Text("groups of devices or accounts", "機器・アカウントのグループ"), default=()
    )
    system: tuple[str, ...] = option(
        Text("terminals or devices by name or serial number", "端末・機器の名前または製造番号"), default=()
    )
    account: tuple[str, ...] = option(Text("account names", "アカウント名"), default=())
    site: tuple[str, ...] = option(Text("sites", "拠点"), default=())
    everything: bool = option(Text("all accounts that unyo keeps", "管理する全アカウント"), default=False)

    def check(self) -> None:
        """Nothing chosen is an error, never everything."""
        if self.everything or any((self.path, self.kind, self.group, self.system, self.account, self.site)):
            return
        raise BadInput(
            "passwords.none_chosen",
            Text("no account was chosen", "対象のアカウントが指定されていません"),
            Text(
                "give --kind, --group, --system, … or --everything",
                "--kind、--group、--system などか --everything を指定",
            ),
        )
