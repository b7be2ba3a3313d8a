"""From what a terminal told of itself to a bundle that a person can read: tables, warnings, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from unyo.core.dates import in_jst
from unyo.core.table import Cell, Table
from unyo.core.text import Text

FACT_PARTS = (
    "identity",
    "system",
    "clock",
    "domain",
    "memory",
    "disks",
    "network",
    "bitlocker",
    "software",
    "reboot",
)
OWN_PARTS = ("services", "events", "updates", "processes", "printers")
PERSONAL = {
    "user": Text("who is logged on", "ログオン中の利用者"),
    "people": Text("profiles on the terminal", "端末上のプロファイル"),
    "events": Text("texts of events", "イベントの本文"),
}

_LEAST_FREE = 0.10
_MOST_SKEW = timedelta(minutes=5)
_LONGEST_UP = timedelta(days=30)
_OLDEST_UPDATE = timedelta(days=45)
_MANY_ERRORS = 20

Bundle = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something about the terminal that a person should look at."""

    code: str
    text: Text


def oddities_of(bundle: Bundle, now: datetime) -> list[Oddity]:
    """What stands out, most urgent first; computed from the bundle alone."""
    return [
        *_storage(bundle),
        *_reboots(bundle, now),
        *_clock(bundle, now),
        *_protection(bundle),
        *_updates(bundle, now),
        *_trouble(bundle),
    ]


def _storage(bundle: Bundle) -> Iterator[Oddity]:
    for disk in bundle.get("disks", ()):
        if disk["size"] and disk["free"] < _LEAST_FREE * disk["size"]:
            share = f"{disk['free'] / disk['size']:.0%}"
            yield Oddity(
                "disk",
                Text(f"{disk['drive']} has {share} free", f"{disk['drive']} の空きが {share} です"),
            )
    memory = bundle.get("memory")
    if memory and memory["free_mb"] < _LEAST_FREE * memory["total_mb"]:
        yield Oddity("memory", Text("little memory is free", "空きメモリが不足しています"))


def _reboots(bundle: Bundle, now: datetime) -> Iterator[Oddity]:
    reboot = bundle.get("reboot")
    if reboot and reboot["pending"]:
        why = ", ".join(reboot["reasons"])
        yield Oddity("reboot", Text(f"a restart is due ({why})", f"再起動待ちです({why})"))
    boot = _instant(bundle.get("system", {}).get("boot"))
    if boot is not None and now - boot > _LONGEST_UP:
        days = (now - boot).days
        yield Oddity("uptime", Text(f"not restarted for {days} days", f"{days} 日間再起動していません"))


def _clock(bundle: Bundle, now: datetime) -> Iterator[Oddity]:
    shown = _instant(bundle.get("clock", {}).get("utc"))
    if shown is not None and abs(shown - now) > _MOST_SKEW:
        minutes = round((shown - now).total_seconds() / 60)
        text = Text(
            f"its clock is {minutes:+d} minutes off: Kerberos fails beyond 5",
            f"時計が {minutes:+d} 分ずれています(5分を超えると Kerberos 認証に失敗)",
        )
        yield Oddity("clock", text)


def _protection(bundle: Bundle) -> Iterator[Oddity]:
    for volume in bundle.get("bitlocker", ()):
        if volume["protection"] != "on":
            drive = volume["drive"]
            yield Oddity(
                "bitlocker",
                Text(f"{drive} is not encrypted by BitLocker", f"{drive} は BitLocker で保護されていません"),
            )
    if bundle.get("domain") and not bundle["domain"]["joined"]:
        yield Oddity("domain", Text("in no domain", "ドメインに参加していません"))


def _updates(bundle: Bundle, now: datetime) -> Iterator[Oddity]:
    dates = [_instant(update["installed"]) for update in bundle.get("updates", ())]
    known = [date for date in dates if date is not None]
    if known and now - max(known) > _OLDEST_UPDATE:
        days = (now - max(known)).days
        yield Oddity(
            "updates",
            Text(f"the newest update is {days} days old", f"最新の更新プログラムは {days} 日前です"),
        )


def _trouble(bundle: Bundle) -> Iterator[Oddity]:
    stopped = bundle.get("services", ())
    if stopped:
        names = ", ".join(service["name"] for service in stopped)
        text = Text(f"services that should run and do not: {names}", f"停止している自動開始サービス: {names}")
        yield Oddity("services", text)
    errors = len(bundle.get("events", ()))
    if errors >= _MANY_ERRORS:
        yield Oddity(
            "events", Text(f"{errors} errors in the event logs", f"イベントログのエラー {errors} 件")
        )
    broken = bundle.get("baseline", {}).get("broken")
    if broken:
        text = Text(
            f"{len(broken)} rules of the baseline are broken",
            f"セキュリティポリシー {len(broken)} 件が不適合です",
        )
        yield Oddity("baseline", text)


def bundle_tables(bundle: Bundle, found: Sequence[Oddity], left_out: Sequence[Text]) -> list[Table]:
    """The bundle for people: what stands out first, then part by part."""
    taken = Text(f"taken {bundle['taken']}", f"取得日時 {bundle['taken']}")
    outstanding = tuple((warning.text,) for warning in found) or ((Text("nothing", "なし"),),)
    tables = [Table(Text("What stands out", "要確認事項"), taken, (Text("What", "内容"),), outstanding)]
    for name, title in _PARTS.items():
        content = bundle.get(name)
        if content:
            tables.append(_part_table(title, content))
    missing = [*((text, Text("personal", "個人情報")) for text in left_out)]
    missing += [(Text(part, part), Text(why, why)) for part, why in sorted(bundle.get("errors", {}).items())]
    if missing:
        note = Text("left out, or could not be read", "除外したもの・読み取れなかったもの")
        tables.append(
            Table(
                Text("Not in this bundle", "含まれないもの"),
                note,
                (Text("Part", "項目"), Text("Why", "理由")),
                tuple(missing),
            )
        )
    return tables


_PARTS = {
    "identity": Text("Terminal", "端末"),
    "system": Text("System", "システム"),
    "domain": Text("Domain", "ドメイン"),
    "user": Text("Logged on", "ログオン"),
    "memory": Text("Memory", "メモリ"),
    "disks": Text("Disks", "ディスク"),
    "network": Text("Network", "ネットワーク"),
    "bitlocker": Text("BitLocker", "BitLocker"),
    "reboot": Text("Restart", "再起動"),
    "services": Text("Stopped services", "停止中のサービス"),
    "events": Text("Recent errors", "最近のエラー"),
    "updates": Text("Updates", "更新プログラム"),
    "processes": Text("Largest processes", "メモリ使用量の多いプロセス"),
    "printers": Text("Printers", "プリンター"),
    "software": Text("Software", "ソフトウェア"),
    "baseline": Text("Baseline", "セキュリティポリシー"),
    "people": Text("People", "利用者"),
}


def _part_table(title: Text, content: Any) -> Table:
    if isinstance(content, Mapping):
        items = tuple((key, _cell(value)) for key, value in content.items())
        return Table(title, Text("", ""), (Text("Item", "項目"), Text("Value", "値")), items)
    keys = list(dict.fromkeys(key for row in content for key in row))
    rows = tuple(tuple(_cell(row.get(key)) for key in keys) for row in content)
    return Table(title, Text("", ""), tuple(Text(key, key) for key in keys), rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_cell(item)) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_cell(item)}" for key, item in value.items())
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def file_stem(name: str, now: datetime) -> str:
    """``20261125-1530-PC0001``: bundles of one terminal sort by time."""
    return f"{in_jst(now):%Y%m%d-%H%M%S}-{name}"
