"""Which account a proof of identity opens on a terminal, with the lock-out counted as Windows counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from unyo.lab.terminals.machine.accounts import ADMINISTRATORS, User
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.stored import CERTIFICATE, logs_on
from unyo.lab.terminals.wire.service_settings import ServiceSettings

REMOTE_MANAGEMENT_USERS = "S-1-5-32-580"


def check_password(machine: Machine, name: str, password: str) -> str | None:
    """The account's own name if the password opens it over the network."""
    account = _local(machine, name)
    if account is None or not password:
        return None
    return None if machine.log_on(account.name, password) else account.name


def check_proof(machine: Machine, domain: str, name: str, proves: Callable[[str], bool]) -> str | None:
    """The same for challenge and response: ``proves`` says whether the answer fits a password."""
    account = _local(machine, f"{domain}\\{name}" if domain else name)
    if account is None:
        return None
    password = machine.password_of(account)
    if not proves(password):
        machine.wrong_password(account.name)
        return None
    if not password or machine.may_log_on(account.name):
        return None
    machine.accounts.forgive(account)
    changed = machine.changed
    machine.accounts.put_user(replace(account, last_logon=machine.now()))
    machine.changed = changed
    return account.name


def mapped_user(machine: Machine, subject: str) -> str | None:
    """The local account that a client certificate with this user principal name is mapped to."""
    name, at, realm = subject.partition("@")
    account = machine.accounts.user(name) if at and realm == "localhost" else None
    if account is None or machine.may_log_on(account.name):
        return None
    own = [each for each in machine.stored.of(CERTIFICATE) if each.account.lower() == account.name.lower()]
    # Where the terminal holds mappings, one of them must have the password of now, as on Windows.
    return account.name if not own or any(logs_on(machine, CERTIFICATE, each.name) for each in own) else None


def domain_user(machine: Machine, principal: str) -> str | None:
    """``name@realm`` of a Kerberos client, where the realm is the terminal's domain."""
    _, at, realm = principal.rpartition("@")
    return principal if at and machine.domain and realm.lower() == machine.domain.lower() else None


def may_use_winrm(machine: Machine, user: str) -> bool:
    """Whether the service lets a user in who has proved who he is.

    A local administrator other than the built-in one comes with a filtered token unless
    LocalAccountTokenFilterPolicy is 1. Domain accounts are taken for administrators.
    """
    account = machine.accounts.user(user) if "@" not in user else None
    if account is None:
        return "@" in user
    groups = machine.accounts.groups_of(account.sid)
    if REMOTE_MANAGEMENT_USERS in groups:
        return True
    unfiltered = account.sid.endswith("-500") or ServiceSettings(machine).unfiltered_local_administrators
    return ADMINISTRATORS in groups and unfiltered


def _local(machine: Machine, name: str) -> User | None:
    """The local account that a client's spelling means: NAME, .\\NAME, MACHINE\\NAME or NAME@MACHINE."""
    domain, _, user = name.rpartition("\\")
    user, _, realm = user.partition("@")
    own = {"", ".", machine.name.lower(), "localhost", "workgroup"}
    if domain.lower() not in own or realm.lower() not in own:
        return None
    account = machine.accounts.user(user)
    return account if account is not None and account.name.lower() == user.lower() else None
