"""All users of the domain as a table."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from unyo.core.dates import in_jst, last_day_of
from unyo.core.directory import Entry
from unyo.core.dn import parent_of, rdn_value
from unyo.core.table import Cell, Table
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.entries import DISABLED
from unyo.runbooks.accounts.rules.marks import ATTRIBUTE, read_marks
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy

DISABLED_WORD = Text("disabled", "無効")
_FROM = datetime(1601, 1, 1, tzinfo=timezone.utc)
_TICKS = 10_000_000
# lastLogonTimestamp is renewed only when it is older than this (ms-DS-Logon-Time-Sync-Interval less 5 days).
_SLACK = timedelta(days=14)
_ASKED = [
    "sAMAccountName", "userPrincipalName", "displayName", "msDS-PhoneticLastName", "msDS-PhoneticFirstName",
    "departmentNumber", "department", "title", "mail", "userAccountControl", "accountExpires", "pwdLastSet",
    "lastLogonTimestamp", "lockoutTime", "whenCreated", "memberOf", ATTRIBUTE,
]  # fmt: skip
_HEADINGS = (
    Text("staff number", "職員番号"),
    Text("log-on name", "ログオン名"),
    Text("user principal name", "UPN"),
    Text("name", "氏名"),
    Text("kana", "カナ"),
    Text("department code", "所属コード"),
    Text("department", "所属"),
    Text("title", "役職"),
    Text("mail", "メールアドレス"),
    Text("state", "状態"),
    Text("last day", "有効期限"),
    Text("last log-on (up to 14 days late)", "最終ログオン(最大14日遅れ)"),
    Text("idle", "長期未使用"),
    Text("password set", "パスワード設定日時"),
    Text("password age (days)", "パスワード経過日数"),
    Text("made on", "作成日"),
    Text("groups", "所属グループ"),
    Text("granted until", "個別付与の期限"),
    Text("place in the directory", "ディレクトリ上の場所"),
)


class Whose(StrEnum):
    """Which users are listed; unmanaged ones have no staff number."""

    ALL = "all"
    ENABLED = "enabled"
    DISABLED = "disabled"
    IDLE = "idle"
    UNMANAGED = "unmanaged"


def user_table(tools: Tools, whose: Whose, idle_days: int) -> Table:
    """One search for everybody; sorted by staff number, then log-on name."""
    policy = account_policy(tools)
    now = tools.clock.now()
    found = tools.directory.search(
        policy.base_dn,
        "(&(objectCategory=person)(objectClass=user))",
        [policy.staff_attribute, *_ASKED],
    )
    rows = []
    for entry in found:
        row = _row(entry, policy, now, timedelta(days=idle_days))
        if _belongs(row, whose):
            rows.append(row)
            tools.progress("accounts.list", len(rows), 0)
    rows.sort(key=lambda row: (not row[0], str(row[0] or ""), str(row[1])))
    at, server = in_jst(now), tools.directory.facts().server
    note = Text(
        f"{len(rows)} users, {at:%Y-%m-%d %H:%M} JST, from {server}",
        f"{len(rows)} 件、{at:%Y-%m-%d %H:%M} 現在、取得元 {server}",
    )
    return Table(Text("Domain users", "ドメインユーザー一覧"), note, _HEADINGS, tuple(rows))


def _row(entry: Entry, policy: AccountPolicy, now: datetime, idle_after: timedelta) -> tuple[Cell, ...]:
    first = entry.first
    logon, password = _instant(first("lastLogonTimestamp")), _instant(first("pwdLastSet"))
    made = _generalized(first("whenCreated"))
    quiet_since = logon + _SLACK if logon else made
    kana = f"{first('msDS-PhoneticLastName') or ''} {first('msDS-PhoneticFirstName') or ''}".strip()
    grants = read_marks(entry.attributes.get(ATTRIBUTE, ()))["grants"]
    return (
        first(policy.staff_attribute),
        first("sAMAccountName"),
        first("userPrincipalName"),
        first("displayName") or rdn_value(entry.dn),
        kana,
        first("departmentNumber"),
        first("department"),
        first("title"),
        first("mail"),
        _state(entry, now),
        last_day_of(int(first("accountExpires") or 0)),
        in_jst(logon) if logon else None,
        quiet_since is not None and now - quiet_since > idle_after,
        in_jst(password) if password else None,
        (now - password).days if password else None,
        in_jst(made).date() if made else None,
        ", ".join(sorted(rdn_value(dn) for dn in entry.attributes.get("memberOf", ()))),
        ", ".join(grants or ()),
        parent_of(entry.dn),
    )


def _state(entry: Entry, now: datetime) -> Text:
    """Usable, or every reason for which a log-on would be refused."""
    last: date | None = last_day_of(int(entry.first("accountExpires") or 0))
    reasons = [
        (DISABLED_WORD, bool(int(entry.first("userAccountControl") or 0) & DISABLED)),
        (Text("expired", "期限切れ"), last is not None and in_jst(now).date() > last),
        (Text("locked", "ロック中"), int(entry.first("lockoutTime") or 0) > 0),
        (Text("must change password", "要パスワード変更"), entry.first("pwdLastSet") == "0"),
    ]
    found = [word for word, holds in reasons if holds] or [Text("usable", "有効")]
    return Text(", ".join(word.en for word in found), "・".join(word.ja for word in found))


def _belongs(row: tuple[Cell, ...], whose: Whose) -> bool:
    state = row[9]
    disabled = isinstance(state, Text) and state.en.startswith(DISABLED_WORD.en)
    return {
        Whose.ALL: True,
        Whose.ENABLED: not disabled,
        Whose.DISABLED: disabled,
        Whose.IDLE: row[12] is True and not disabled,
        Whose.UNMANAGED: not row[0],
    }[whose]


def _instant(ticks: str | None) -> datetime | None:
    return _FROM + timedelta(seconds=int(ticks) / _TICKS) if ticks and int(ticks) > 0 else None


def _generalized(text: str | None) -> datetime | None:
    """A directory's 20260401000000.0Z."""
    if not text:
        return None
    return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
