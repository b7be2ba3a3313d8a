"""The directory's computer accounts, held against the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from unyo.core.directory import Directory
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text

_ASKED = ("cn", "dNSHostName", "userAccountControl", "lastLogonTimestamp", "whenCreated")
_DISABLED, _CONTROLLER = 0x2, 0x2000
_FILE_TIME_ZERO = datetime(1601, 1, 1, tzinfo=timezone.utc)
# The directory renews lastLogonTimestamp only when it is older than this.
_SLACK = timedelta(days=14)
_IN_SERVICE = ("in_use", "loan")


@dataclass(frozen=True, slots=True)
class Computer:
    """One computer account; ``quiet_since`` is the last time it surely did not log on later than."""

    name: str
    dn: str
    enabled: bool
    quiet_since: datetime | None


def read_computers(directory: Directory) -> list[Computer]:
    """All computer accounts of the domain but its controllers, by name."""
    found = []
    for entry in directory.search(directory.base_dn, "(objectCategory=computer)", _ASKED):
        control = int(entry.first("userAccountControl") or 0)
        if not control & _CONTROLLER:
            enabled = not control & _DISABLED
            quiet = _quiet_since(entry.first("lastLogonTimestamp"), entry.first("whenCreated"))
            found.append(Computer(entry.first("cn") or entry.dn, entry.dn, enabled, quiet))
    return sorted(found, key=lambda computer: computer.name.casefold())


def _quiet_since(logon: str | None, created: str | None) -> datetime | None:
    if logon and int(logon) > 0:
        return _FILE_TIME_ZERO + timedelta(microseconds=int(logon) // 10) + _SLACK
    if created:
        return datetime.strptime(created[:14], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    return None


def computer_findings(
    computers: list[Computer],
    book: Mapping[str, Mapping[str, str]],
    chosen: set[str] | None,
    now: datetime,
    idle: timedelta,
) -> Iterator[Finding]:
    """Where ledger and directory disagree; ``chosen`` serial numbers only, or (None) everything."""
    holders: dict[str, Mapping[str, str]] = {}
    for noted in book.values():
        key = noted["name"].casefold()
        if key and (key not in holders or noted["state"] != "retired"):
            holders[key] = noted
    accounts = {computer.name.casefold(): computer for computer in computers}
    for computer in computers:
        holder = holders.get(computer.name.casefold())
        if holder is None:
            if chosen is None:
                yield _unknown(computer)
        elif chosen is None or holder["serial"] in chosen:
            yield from _known(computer, holder, now, idle)
    for key, noted in sorted(holders.items()):
        wanted = chosen is None or noted["serial"] in chosen
        if wanted and key not in accounts and noted["state"] in _IN_SERVICE:
            yield _odd(
                "discover.not_in_directory",
                noted,
                "in use, but the directory has no account of this name",
                "使用中ですが、ディレクトリに同名のコンピュータアカウントがありません",
            )


def _known(computer: Computer, noted: Mapping[str, str], now: datetime, idle: timedelta) -> Iterator[Finding]:
    in_service = noted["state"] in _IN_SERVICE
    if computer.enabled and noted["state"] == "retired":
        yield _odd(
            "discover.retired_enabled",
            noted,
            "retired, but its account in the directory is enabled",
            "廃棄済みですが、ディレクトリのアカウントが有効です",
        )
    elif not computer.enabled and in_service:
        yield _odd(
            "discover.disabled",
            noted,
            "in use, but its account in the directory is disabled",
            "使用中ですが、ディレクトリのアカウントが無効です",
        )
    elif computer.enabled and in_service and computer.quiet_since and now - computer.quiet_since > idle:
        days = (now - computer.quiet_since).days
        yield _odd(
            "discover.idle",
            noted,
            f"it has not logged on to the domain for at least {days} days",
            f"少なくとも {days} 日間ドメインにログオンしていません",
        )


def _unknown(computer: Computer) -> Finding:
    state = Text("enabled", "有効") if computer.enabled else Text("disabled", "無効")
    return Finding(
        "discover.unknown_computer",
        Weight.ODD,
        Text(
            f"the directory knows it ({state.en}), the ledger does not",
            f"ディレクトリにあり({state.ja})、台帳にありません",
        ),
        computer.name,
    )


def _odd(code: str, noted: Mapping[str, str], en: str, ja: str) -> Finding:
    return Finding(code, Weight.ODD, Text(en, ja), f"{noted['serial']} {noted['name']}".strip())
