"""An office whose passwords can be rotated: terminals, servers, a switch, a router, a directory, and unyo beside them."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.directory import Add, Modify
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.lab import linux_hosts
from unyo.lab.controller import LabDirectory
from unyo.lab.linux_files import KEEPER, ROOT
from unyo.lab.linux_hosts import LinuxHosts
from unyo.lab.network import router
from unyo.lab.network.router import Router
from unyo.lab.network.switches import LabSwitch, Switches
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.practice import install

DIRECTORY_ACCOUNTS = {"adm-tanaka": "admin", "svc-backup": "service", "svc-print": "service"}
_NORMAL_ACCOUNT = "512"


@dataclass
class PasswordOffice:
    """Everything is up on entering and gone on leaving, but for ``place``, which keeps unyo's own files.

    ``firsts`` are the first passwords by the account's name in the vault; those of terminals are one and the
    same and not among them.
    """

    place: Path
    directory: LabDirectory
    terminals: int = 40
    servers: int = 5
    settings_file: Path = field(init=False)
    firsts: dict[str, Secret] = field(init=False, default_factory=dict)
    fleet: FleetProcess = field(init=False)
    hosts: LinuxHosts | None = field(init=False, default=None)
    router: Router | None = field(init=False, default=None)
    switches: Switches = field(init=False)
    switch: LabSwitch = field(init=False)
    left_out: list[Text] = field(init=False, default_factory=list)

    def __enter__(self) -> PasswordOffice:
        self._open = ExitStack()
        try:
            self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def devices_file(self) -> Path:
        return self.place / "devices.yml"

    @property
    def firsts_file(self) -> Path:
        """The first passwords as an administrator would hand them over: a private file."""
        return self.place / "first-passwords.csv"

    def _start(self) -> None:
        self.fleet = self._open.enter_context(FleetProcess(self.terminals))
        self.directory.start()
        self._open.callback(self.directory.stop)
        self.switches = self._open.enter_context(Switches())
        self.switch = self.switches.add("sw-3f")
        if self._is_possible(linux_hosts.unavailable(), Text("Linux servers", "Linux サーバ")):
            self.hosts = self._open.enter_context(LinuxHosts(self.servers))
        if self._is_possible(router.unavailable(), Text("router", "ルータ")):
            self.router = self._open.enter_context(Router())
        self._make_accounts()
        self.settings_file = Path(install(self.fleet, self.place).settings)
        self._add_directory_to_settings()
        devices = {"devices": list(self._devices())}
        self.devices_file.write_text(yaml.safe_dump(devices, allow_unicode=True, sort_keys=False), "utf-8")
        self._write_firsts()

    def _is_possible(self, reason: str | None, what: Text) -> bool:
        if reason is not None:
            self.left_out.append(Text(f"{what.en}: {reason}", f"{what.ja}: {reason}"))
        return reason is None

    def _devices(self) -> Iterator[Mapping[str, Any]]:
        for host in self.hosts.hosts if self.hosts else ():
            self.firsts[f"passwords/{host.name}/{ROOT}"] = host.passwords[ROOT]
            yield _device(host.name, "linux", host.address, host.port, host.host_key, [{"name": ROOT}])
        switch, login = self.switch, f"passwords/{self.switch.name}/{self.switch.account}"
        self.firsts[login] = switch.password
        self.firsts[f"passwords/{switch.name}/enable/enable"] = switch.enable
        accounts = [
            {"name": switch.account, "role": "login"},
            {"name": "enable", "role": "enable", "via": login},
        ]
        yield {
            **_device(switch.name, "network", switch.address, switch.port, switch.host_key, accounts),
            "driver": "cisco_ios",
        }
        yield from self._router()
        yield {
            "name": "domain",
            "kind": "directory",
            "site": "本庁舎",
            "groups": ["directory"],
            "accounts": [{"name": name, "role": role} for name, role in DIRECTORY_ACCOUNTS.items()],
            "options": {"urls": [self.directory.url], "ca_file": str(self.directory.ca_file)},
        }

    def _router(self) -> Iterator[Mapping[str, Any]]:
        if self.router is None:
            return
        host, account, keeper = self.router.host, self.router.login.account, f"{self.router.name}-linux"
        via = f"passwords/{keeper}/{KEEPER}"
        self.firsts[f"passwords/{host.name}/{account}"] = self.router.password
        self.firsts[via] = self.router.signer_password
        yield {
            **_device(
                host.name,
                "network",
                host.address,
                host.port,
                host.host_key,
                [{"name": account, "role": "login", "via": via}],
            ),
            "driver": "linux_vtysh",
        }
        yield _device(keeper, "linux", host.address, host.port, host.host_key, [{"name": KEEPER}])

    def _make_accounts(self) -> None:
        lab = self.directory
        settings = DirectorySettings(
            urls=(lab.url,),
            bind_name=lab.admin_name,
            password=lambda: lab.admin_password,
            ca_file=str(lab.ca_file),
        )
        opened = LdapDirectory(settings)
        try:
            # They were made a moment ago, and an account may not change a password younger than this.
            opened.send([Modify(lab.base_dn, replace={"minPwdAge": ("0",)})])
            for name in DIRECTORY_ACCOUNTS:
                first = Secret(f"First-{secrets.token_urlsafe(12)}-7x")
                attributes = {
                    "objectClass": ("user",),
                    "sAMAccountName": (name,),
                    "userPrincipalName": (f"{name}@{lab.domain}",),
                    "userAccountControl": (_NORMAL_ACCOUNT,),
                }
                (refused,) = opened.send([Add(f"CN={name},CN=Users,{lab.base_dn}", attributes, first)])
                if isinstance(refused, UnyoError):
                    raise refused
                self.firsts[f"passwords/domain/{name}"] = first
        finally:
            opened.close()

    def _add_directory_to_settings(self) -> None:
        secret = self.place / "bind.password"
        secret.touch(mode=0o600)
        secret.write_text(self.directory.admin_password.reveal(), encoding="utf-8")
        lines = [
            "",
            "[directory]",
            f'urls = ["{self.directory.url}"]',
            f'bind_name = "{self.directory.admin_name}"',
            f'password_file = "{secret}"',
            f'ca_file = "{self.directory.ca_file}"',
        ]
        with self.settings_file.open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines) + "\n")

    def _write_firsts(self) -> None:
        handle = os.open(self.firsts_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            sheet = csv.writer(opened)
            sheet.writerow(["path", "password"])
            for path, first in self.firsts.items():
                sheet.writerow([path, first.reveal()])


def _device(
    name: str, kind: str, address: str, port: int, host_key: str, accounts: list[dict[str, str]]
) -> Mapping[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "address": address,
        "port": port,
        "site": "本庁舎",
        "groups": [kind],
        "accounts": accounts,
        "options": {"host_key": host_key},
    }
