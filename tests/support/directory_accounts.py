"""Accounts of a lab directory whose passwords may be changed, and the ground of the directory hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.directory import as_administrator
from support.hands import Drawer, Ground
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.connectors.directory.passwords import DirectoryHand
from unyo.core.credential import AccountKind, Credential
from unyo.core.directory import Add, Logon, Modify
from unyo.core.secret import Secret
from unyo.lab.controller import LabDirectory
from unyo.lab.directory_simulator import DirectorySimulator

NORMAL = "512"


def made(directory: LdapDirectory, lab: LabDirectory, name: str, **more: str) -> tuple[str, Secret]:
    """An account in the users' container; its DN and password."""
    password = Secret(f"First-{secrets.token_urlsafe(12)}-7x")
    dn = f"CN={name},CN=Users,{lab.base_dn}"
    attributes = {
        "objectClass": ("user",),
        "sAMAccountName": (name,),
        "userPrincipalName": (f"{name}@{lab.domain}",),
        "userAccountControl": (NORMAL,),
        **{key: (value,) for key, value in more.items()},
    }
    assert directory.send([Add(dn, attributes, password)]) == [None]
    return dn, password


def set_rules(directory: LdapDirectory, lab: LabDirectory, minimum_age: timedelta, threshold: int) -> None:
    """The domain's minimum age and lock-out threshold."""
    ticks = -(minimum_age // timedelta(microseconds=1)) * 10
    rules = {"minPwdAge": (str(ticks),), "lockoutThreshold": (str(threshold),)}
    assert directory.send([Modify(lab.base_dn, replace=rules)]) == [None]


def credential(lab: LabDirectory, account: str, via: str = "") -> Credential:
    """An account of a directory that is reached by its address."""
    path = f"passwords/lab/{account}"
    host = {"urls": [lab.url], "ca_file": str(lab.ca_file)}
    return Credential(
        AccountKind.DIRECTORY, "lab", account, path, f"lab {account}", "127.0.0.1", via=via, options=host
    )


def impatient(lab: LabDirectory) -> DirectorySettings:
    return as_administrator(lab)


def ground_on(lab: LabDirectory, directory: LdapDirectory) -> Ground:
    """A service account that changes its own password, or is reset by the administrator."""
    name = f"svc{secrets.token_hex(4)}"
    dn, first = made(directory, lab, name)
    drawer = Drawer()
    own = credential(lab, name)
    nowhere = {"urls": ["ldaps://127.0.0.1:9"], "ca_file": str(lab.ca_file)}
    elsewhere = Credential(AccountKind.DIRECTORY, "lab", name, own.path, own.label, options=nowhere)
    return Ground(
        hand=DirectoryHand(drawer.open, lambda: impatient(lab)),
        drawer=drawer,
        credential=own,
        elsewhere=elsewhere,
        takes=lambda secret: directory.try_logon(dn, secret) is Logon.ACCEPTED,
        first=first,
        refused=Secret("Canary1"[:6]),
        via=credential(lab, lab.admin_name),
        via_password=lab.admin_password,
    )


def _ground(lab: LabDirectory) -> Iterator[Ground]:
    directory = LdapDirectory(as_administrator(lab))
    set_rules(directory, lab, timedelta(0), 0)
    try:
        yield ground_on(lab, directory)
    finally:
        set_rules(directory, lab, timedelta(days=1), 0)
        directory.close()


@pytest.fixture(scope="session")
def account_simulator() -> Iterator[DirectorySimulator]:
    with DirectorySimulator() as lab:
        yield lab


@pytest.fixture
def directory_ground(account_simulator: DirectorySimulator) -> Iterator[Ground]:
    yield from _ground(account_simulator)


@pytest.fixture
def samba_ground(samba_lab: LabDirectory) -> Iterator[Ground]:
    yield from _ground(samba_lab)
