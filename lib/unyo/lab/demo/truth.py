"""Which passwords the systems really have, and whether unyo knows them: asked of the lab, not of unyo."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.directory import Logon
from unyo.core.secret import Secret, SecretRef
from unyo.lab.demo.desk import Desk, say
from unyo.lab.password_office import PasswordOffice

IN_FORCE, OPEN, FIRST, LOST = "in force", "open", "first", "lost"
_JA = {IN_FORCE: "有効版と一致", OPEN: "確認待ちの版と一致", FIRST: "導入時のまま", LOST: "不明"}


class Truth:
    """Holds what unyo's safe says against what the systems take; no try is made that a system would count.

    Only the directory has to be asked by a log-on, each time with the password that is expected to work.
    """

    def __init__(self, office: PasswordOffice, desk: Desk) -> None:
        self._office, self._desk = office, desk

    def tell(self) -> bool:
        """Say how many accounts have which password; True where none is lost and nothing was locked."""
        counts = Counter(self._found(path, versions) for path, versions in self._safe().items())
        locked = self._lockouts()
        listed_en = ", ".join(f"{count} {found}" for found, count in sorted(counts.items()))
        listed_ja = "、".join(f"{_JA[found]} {count} 件" for found, count in sorted(counts.items()))
        say(
            f"the systems themselves: {listed_en}; accounts locked out: {locked}",
            f"実機の状態: {listed_ja}。ロックされたアカウント: {locked} 件",
        )
        return not counts[LOST] and not locked

    def terminals_changed(self) -> int:
        """How many terminals no longer have the password they came with."""
        fleet = self._office.fleet
        first = fleet.password.reveal()
        return sum(not fleet.order("takes", facts["serial"], fleet.user, first) for facts in fleet.terminals)

    def takes(self, path: str, password: Secret) -> bool:
        """Whether the system has this password now."""
        _, system, account, *rest = path.split("/")
        office = self._office
        if system == "windows":
            serial, account = account, rest[0]
            return bool(office.fleet.order("takes", serial, account, password.reveal()))
        if system == "domain":
            return self._directory_takes(account, password)
        hosts = office.hosts.hosts if office.hosts else []
        if office.router is not None:
            hosts = [*hosts, office.router.host]
        for host in hosts:
            if host.name == system.removesuffix("-linux"):
                return host.takes(account, password)
        named = "" if account == "enable" else account
        return bool(office.switches.order("opens", system, named, password.reveal()))

    def _found(self, path: str, versions: list[list[str]]) -> str:
        for state, password in versions:
            if self.takes(path, Secret(password)):
                return IN_FORCE if state == "VERIFIED" else OPEN
        first = self._office.firsts.get(path, self._office.fleet.password)
        return FIRST if self.takes(path, first) else LOST

    def _safe(self) -> dict[str, list[list[str]]]:
        """Path → state and password of each version that unyo would try, newest first; over a pipe."""
        command = [sys.executable, "-m", "unyo.lab.demo.truth"]
        done = subprocess.run(
            command, env=self._desk.environment(), capture_output=True, text=True, check=True
        )
        told: dict[str, list[list[str]]] = json.loads(done.stdout)
        return told

    def _lockouts(self) -> int:
        office = self._office
        fleet = sum(
            office.fleet.order("tries", facts["serial"], office.fleet.user)["lockouts"]
            for facts in office.fleet.terminals
        )
        return int(fleet + office.switches.order("counts", office.switch.name)["lock_outs"])

    def _directory_takes(self, account: str, password: Secret) -> bool:
        lab = self._office.directory
        opened = LdapDirectory(
            DirectorySettings(
                urls=(lab.url,),
                bind_name=lab.admin_name,
                password=lambda: lab.admin_password,
                ca_file=str(lab.ca_file),
            )
        )
        try:
            return opened.try_logon(f"{account}@{lab.domain}", password) is Logon.ACCEPTED
        finally:
            opened.close()


def _tell_parent() -> None:
    """What the safe of this process's installation holds, to the parent's pipe."""
    from unyo.core.credential import Scope
    from unyo.settings import load_settings
    from unyo.wiring import build_road

    tools: Any = build_road(load_settings()).tools
    paths = [credential.path for credential in tools.credentials.select(Scope(everything=True))]
    told = {}
    for path, standing in tools.credentials.standing(paths).items():
        tried = [*standing.open, *([standing.in_force] if standing.in_force else [])]
        told[path] = [
            [version.state, tools.vault.open(SecretRef(path).at(version.number)).reveal()]
            for version in tried
        ]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _tell_parent()
