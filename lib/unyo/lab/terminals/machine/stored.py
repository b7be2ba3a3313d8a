"""Passwords that a terminal stores: of services, tasks, application pools and client certificates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.events import Event
from unyo.lab.terminals.machine.overlay import Mark, Overlay

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

SERVICE, TASK, POOL, CERTIFICATE = KINDS = ("service", "task", "pool", "certificate")
IIS = "C:\\Windows\\System32\\inetsrv\\Microsoft.Web.Administration.dll"
"""Only where the library of IIS lies are there application pools."""
_TEXTS = {
    "en-US": "The {name} service was unable to log on as {account} with the currently configured password.",
    "ja-JP": "{name} サービスは、現在構成されているパスワードを使用して {account} としてログオンできませんでした。",
}


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """``name`` is the service's, the task's with its path, the pool's, or ``subject | issuer | uri``."""

    kind: str
    name: str
    account: str
    password: str


class StoredPasswords:
    """By kind and name."""

    __slots__ = ("table",)

    def __init__(self, mark: Mark) -> None:
        self.table: Overlay[StoredPassword] = Overlay({}, mark)

    def find(self, kind: str, name: str) -> StoredPassword | None:
        return self.table.get(f"{kind} {name}")

    def put(self, stored: StoredPassword) -> None:
        self.table[f"{stored.kind} {stored.name}"] = stored

    def of(self, kind: str) -> list[StoredPassword]:
        return self.table.where(lambda each: each.kind == kind)


def fits(machine: Machine, stored: StoredPassword) -> bool:
    """Whether the stored password is the account's own now; nothing is counted."""
    domain, _, name = stored.account.rpartition("\\")
    name, _, realm = name.partition("@")
    account = machine.accounts.user(name)
    if {domain.lower(), realm.lower()} <= {"", ".", machine.name.lower()} and (domain or realm or account):
        return account is not None and machine.password_of(account) == stored.password
    known = machine.fleet.domain.passwords.get(name.lower())
    return known is None or known == stored.password


def logs_on(machine: Machine, kind: str, name: str) -> bool:
    """Whether what runs under that name can log on; a stale password is a bad log-on and leaves event 7038."""
    stored = machine.stored.find(kind, name)
    if stored is None:
        return True
    if fits(machine, stored):
        account = machine.accounts.user(stored.account.partition("@")[0])
        return account is None or machine.barred(account) is None
    machine.wrong_password(stored.account.partition("@")[0])
    text = _TEXTS[machine.locale].format(name=name, account=stored.account)
    number = 7038 if kind == SERVICE else 4625
    log, source = (
        ("System", "Service Control Manager")
        if kind == SERVICE
        else ("Security", "Microsoft-Windows-Security-Auditing")
    )
    machine.events.write(Event(log, number, 2, source, machine.now(), text))
    return False


def start_services(machine: Machine) -> None:
    """After a start: services whose password is stale stay down."""
    for stored in machine.stored.of(SERVICE):
        service = machine.services.find(stored.name)
        if service is not None and service.running and not logs_on(machine, SERVICE, stored.name):
            machine.services.change(stored.name, running=False)
