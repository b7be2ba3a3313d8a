"""A person's account as the desk needs it: found by staff number or log-on name, with all that bars a reset."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from unyo.core.credential import AccountKind
from unyo.core.dates import in_jst, last_day_of
from unyo.core.directory import Entry, PasswordPolicy
from unyo.core.dn import escape_filter
from unyo.core.errors import NotFound, TargetSaidNo
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Risk
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.ticks import instant_of
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import privileged
from unyo.runbooks.passwords.rules.desk_policy import DeskPolicy, desk_policy

_DISABLED = 0x2
_NAMES = ("sAMAccountName", "userPrincipalName", "displayName", "cn", "department", "sn", "givenName")
_STATE = ("pwdLastSet", "lockoutTime", "badPwdCount", "accountExpires")


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """``key`` is the staff number, or the log-on name of an account without one."""

    key: str
    dn: str
    sam: str
    upn: str
    display: str
    names: tuple[str, ...]
    department: str
    enabled: bool
    expired: bool
    must_change: bool
    never_expires: bool
    locked_since: datetime | None
    locked_until: datetime | None
    bad_logons: int
    privileges: tuple[privileged.Privilege, ...]
    rules: PasswordPolicy

    @property
    def target(self) -> Target:
        """The same lock as jobs on accounts take."""
        return Target("account", self.key, self.display)

    @property
    def risk(self) -> Risk:
        return max((each.risk for each in self.privileges), default=Risk.ROUTINE, key=list(Risk).index)

    @property
    def locked(self) -> bool:
        return self.locked_since is not None


def find_person(name: str, tools: Tools, attributes: Collection[str] = ()) -> tuple[DeskPerson, Entry]:
    """The person and the raw entry with the further ``attributes``; an error where it is not exactly one."""
    policy = desk_policy(tools.policies)
    staff = str(tools.policies.load("accounts")["staff_number_attribute"])
    asked = [staff, *_NAMES, *_STATE, *privileged.ASKED, *attributes]
    word = escape_filter(name.strip())
    any_name = f"(|({staff}={word})(sAMAccountName={word})(userPrincipalName={word}))"
    directory = tools.directory
    found = list(
        directory.search(
            directory.base_dn,
            f"(&(objectCategory=person)(objectClass=user){any_name})",
            list(dict.fromkeys(asked)),
        )
    )
    if not found:
        raise NotFound(
            "desk.person",
            Text(
                "no account has this staff number or log-on name",
                "該当する職員番号・ログオン名のアカウントがありません",
            ),
            Text("check the number: unyo run accounts.list", "番号を確認する(unyo run accounts.list)"),
            target=name,
        )
    if len(found) > 1:
        raise TargetSaidNo(
            "desk.person.several",
            Text("several accounts answer to this name", "該当するアカウントが複数あります"),
            Text("give the log-on name (UPN)", "ログオン名 (UPN) で指定する"),
            target=name,
            detail=" / ".join(entry.dn for entry in found),
        )
    return _person(found[0], staff, policy, tools), found[0]


def _person(entry: Entry, staff: str, policy: DeskPolicy, tools: Tools) -> DeskPerson:
    directory, now = tools.directory, tools.clock.now()
    # It is computed by the directory, and only for one entry at a time.
    own = next(directory.search(entry.dn, "(objectClass=*)", [privileged.TOKEN_GROUPS], "base"), None)
    token = own.attributes.get(privileged.TOKEN_GROUPS, ()) if own is not None else ()
    rules = directory.password_policy(entry.dn)
    control = int(entry.first("userAccountControl") or 0)
    since, until = _lock(entry, rules, now)
    sam = entry.first("sAMAccountName") or ""
    last_day = last_day_of(int(entry.first("accountExpires") or 0))
    return DeskPerson(
        key=entry.first(staff) or sam,
        dn=entry.dn,
        sam=sam,
        upn=entry.first("userPrincipalName") or "",
        display=entry.first("displayName") or entry.first("cn") or sam,
        names=tuple(
            value
            for name in ("sAMAccountName", "displayName", "sn", "givenName")
            if (value := entry.first(name))
        ),
        department=entry.first("department") or "",
        enabled=not control & _DISABLED,
        expired=last_day is not None and last_day < in_jst(now).date(),
        must_change=int(entry.first("pwdLastSet") or 0) == 0,
        never_expires=bool(control & privileged.NEVER_EXPIRES),
        locked_since=since,
        locked_until=until,
        bad_logons=int(entry.first("badPwdCount") or 0),
        privileges=privileged.privileges(entry, token, policy.privileged_accounts, policy.privileged_groups),
        rules=rules,
    )


def _lock(entry: Entry, rules: PasswordPolicy, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Since when, and until when (None: until somebody unlocks); a lock whose time is over is none."""
    since = instant_of(int(entry.first("lockoutTime") or 0))
    if since is None or rules.lockout_duration is None:
        return since, None
    until = since + rules.lockout_duration
    # The controller's clock may be a little behind ours.
    return (since, until) if now < until + timedelta(minutes=1) else (None, None)


def bars(person: DeskPerson, tools: Tools) -> list[Finding]:
    """What forbids a reset altogether: it would not let the person in, or break what unyo keeps."""
    found = []
    if not person.enabled:
        found.append(
            _refuse(
                "desk.disabled",
                person,
                "the account is disabled; a reset does not enable it",
                "アカウントが無効です。再設定しても有効にはなりません(異動・休職・退職を確認してください)",
            )
        )
    if person.expired:
        found.append(
            _refuse(
                "desk.expired",
                person,
                "the account has expired; a reset does not extend it",
                "アカウントの有効期限が切れています。再設定しても延長されません",
            )
        )
    if person.sam.casefold() == "krbtgt":
        found.append(_refuse("desk.krbtgt", person, "krbtgt is never reset here", "krbtgt は対象外です"))
    if person.sam.casefold() in _kept(tools):
        found.append(
            _refuse(
                "desk.kept",
                person,
                "unyo keeps this account's password: renew it with passwords.rotate",
                "unyo が管理するアカウントです。passwords.rotate で変更してください",
            )
        )
    return found


def _kept(tools: Tools) -> set[str]:
    """Log-on names of directory accounts whose passwords are in the books, in folded case."""
    from unyo.core.credential import Scope

    try:
        kept = tools.credentials.select(Scope(kind=(AccountKind.DIRECTORY,)))
    except NotFound:
        return set()
    return {each.account.rpartition("\\")[2].partition("@")[0].casefold() for each in kept}


def privilege_findings(person: DeskPerson) -> list[Finding]:
    return [Finding(f"desk.{each.code}", Weight.ODD, each.text, person.key) for each in person.privileges]


def _refuse(code: str, person: DeskPerson, en: str, ja: str) -> Finding:
    return Finding(code, Weight.REFUSE, Text(en, ja), person.target.shown)
