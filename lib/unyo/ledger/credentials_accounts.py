"""The accounts whose passwords unyo keeps: local ones of terminals, and those of devices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import BadSetting
from unyo.core.secret import SecretRef
from unyo.core.terminal import TerminalState
from unyo.core.text import Text
from unyo.ledger.models import DeviceRecord, TerminalRecord
from unyo.ledger.sealed import portions

ENABLE = "enable"
_PLACE = "passwords"
_WINDOWS = f"{_PLACE}/windows/"
# A serial number comes from a BIOS: whatever stands in it must not read as a path or a version.
_PLAIN = " *.-_~@$+,=!()&'"


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """One account as the ledger finds it: ``names`` are what its system may be called, ``site`` its place."""

    credential: Credential
    names: tuple[str, ...]
    site: str
    in_service: bool


def windows_path(serial: str, account: str) -> str:
    return f"{_WINDOWS}{quote(serial, _PLAIN)}/{quote(account, _PLAIN)}"


def device_path(device: str, account: Mapping[str, Any]) -> str:
    """Where an account's password is sealed: as the account says, else below its device."""
    if account.get("path"):
        return str(account["path"])
    path = f"{_PLACE}/{quote(device, _PLAIN)}/{quote(account['name'], _PLAIN)}"
    return f"{path}/{ENABLE}" if account.get("role") == ENABLE else path


def windows_accounts(
    policy: Mapping[str, Any], paths: Collection[str] | None = None, signs_on: str = ""
) -> Iterator[KeptAccount]:
    """Every terminal that is not retired, times the accounts of the policy; of ``paths`` only if given.

    ``signs_on`` is the local account with which unyo reaches terminals: where it is kept too, it sets the others.
    """
    rules = policy.get("windows") or {}
    accounts = (rules.get("accounts") or []) if isinstance(rules, Mapping) else None
    if not isinstance(accounts, list) or not all(isinstance(each, str) and each for each in accounts):
        raise _bad_policy()
    initial = SecretRef(str(rules["initial"])) if rules.get("initial") else None
    setter = next((each for each in accounts if each.casefold() == signs_on.casefold()), "")
    for record in _terminals(paths):
        for account in accounts:
            via = setter if account != setter else ""
            yield _of_terminal(record, account, initial, via)


def device_accounts() -> Iterator[KeptAccount]:
    for record in DeviceRecord.objects.filter(active=True):
        yield from accounts_of(record)


def accounts_of(record: DeviceRecord) -> Iterator[KeptAccount]:
    """The accounts of one device, in the order in which they are written down."""
    for account in record.accounts:
        yield KeptAccount(_of_device(record, account), (record.name, record.address), record.site, True)


def own_account(credential: Credential) -> KeptAccount:
    """An account that the settings name."""
    return KeptAccount(credential, (credential.system, credential.address), "", True)


def _terminals(paths: Collection[str] | None) -> Iterator[TerminalRecord]:
    living = TerminalRecord.objects.exclude(state=TerminalState.RETIRED)
    if paths is None:
        yield from living
        return
    words = (path.removeprefix(_WINDOWS).partition("/")[0] for path in paths if path.startswith(_WINDOWS))
    for some in portions(sorted({unquote(word) for word in words})):
        yield from living.filter(serial__in=some)


def _of_terminal(record: TerminalRecord, account: str, initial: SecretRef | None, via: str) -> KeptAccount:
    name = record.name or record.serial
    credential = Credential(
        kind=AccountKind.WINDOWS,
        system=record.serial,
        account=account,
        path=windows_path(record.serial, account),
        label=f"{name} {account}",
        address=record.address or record.name,
        port=record.port,
        via=windows_path(record.serial, via) if via else "",
        initial=initial,
        groups=_words(record.kind, record.site, record.department),
        options={"serial": record.serial, "name": record.name, "kind": record.kind},
    )
    names = (record.serial, record.name, record.address, record.asset_number)
    in_service = record.state in (TerminalState.IN_USE, TerminalState.LOAN)
    return KeptAccount(credential, names, record.site, in_service)


def _of_device(record: DeviceRecord, account: Mapping[str, Any]) -> Credential:
    role = account.get("role") or "admin"
    initial = account.get("initial")
    return Credential(
        kind=AccountKind(record.kind),
        system=record.name,
        account=account["name"],
        path=device_path(record.name, account),
        label=f"{record.name} {account['name']}"
        + (f" {ENABLE}" if role == ENABLE != account["name"] else ""),
        address=record.address,
        port=record.port,
        driver=record.driver,
        role=role,
        via=_via(record, account.get("via") or ""),
        initial=SecretRef(initial) if initial else None,
        groups=_words(*record.groups, *(account.get("groups") or ()), record.site),
        options={**record.options, **(account.get("options") or {})},
    )


def _via(record: DeviceRecord, name: str) -> str:
    """The path of the account that is meant: of this device by its name, of another one by its path."""
    for account in record.accounts:
        if account["name"] == name and account.get("role") != ENABLE:
            return device_path(record.name, account)
    return name


def _bad_policy() -> BadSetting:
    return BadSetting(
        "passwords.policy",
        Text(
            "windows.accounts: not a list of account names",
            "windows.accounts: アカウント名の一覧ではありません",
        ),
        Text("mend inventory/policies/passwords.yml", "inventory/policies/passwords.yml を直す"),
        target="passwords.yml",
    )


def _words(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
