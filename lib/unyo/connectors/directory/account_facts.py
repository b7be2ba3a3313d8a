"""What the directory tells of an account: locked, enabled, when its password was set, and the rules for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from unyo.connectors.directory import account_names as names
from unyo.connectors.directory import account_texts as texts
from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.core.directory import Entry, PasswordPolicy
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.text import Text
from unyo.core.ticks import instant_of

_DISABLED = 0x2
READ = (
    *names.ASKED,
    "userAccountControl",
    "pwdLastSet",
    "lockoutTime",
    "badPwdCount",
    "badPasswordTime",
    "servicePrincipalName",
)


def find(directory: LdapDirectory, account: str, label: str, asked: Sequence[str] = READ) -> Entry:
    """The account's entry; an UnyoError where there is none or more than one."""
    facts = directory.facts()
    base, filter_text = names.search_for(account, facts.base_dn, facts.domain)
    found = list(directory.search(base, filter_text, asked, "base" if base == account else "subtree"))
    if not found:
        raise texts.gone(label, account)
    if len(found) > 1:
        raise texts.ambiguous(label, account)
    return found[0]


def facts_of(entry: Entry, policy: PasswordPolicy, now: datetime, notes: Sequence[Text] = ()) -> AccountFacts:
    """``now`` is the controller's own time."""
    control = int(entry.first("userAccountControl") or 0)
    last_set = instant_of(int(entry.first("pwdLastSet") or 0))
    told = list(notes)
    if last_set is None:
        told.append(
            Text(
                "the password must be changed at the next log-on", "次回ログオン時にパスワード変更が必要です"
            )
        )
    if policy.hidden:
        told.append(
            Text(
                f"a fine-grained policy holds that may not be read: {policy.source}",
                f"参照権限のない個別ポリシーが適用されています: {policy.source}",
            )
        )
    if entry.attributes.get("servicePrincipalName"):
        told.append(
            Text(
                "it has service names (Kerberos): services may keep its key (keytabs)",
                "サービス名 (SPN) があります。keytab に鍵が保存されている可能性があります",
            )
        )
    return AccountFacts(
        enabled=not control & _DISABLED,
        locked=locked(entry, policy, now),
        last_set=last_set,
        bad_logons=_bad_logons(entry, policy, now),
        lockout=lockout_of(policy),
        notes=tuple(told),
    )


def lockout_of(policy: PasswordPolicy) -> LockoutPolicy | None:
    """None where a policy holds that may not be read: the strictest is assumed then."""
    if policy.hidden:
        return None
    return LockoutPolicy(policy.lockout_threshold, policy.lockout_window, policy.lockout_duration)


def locked(entry: Entry, policy: PasswordPolicy, now: datetime) -> bool:
    since = instant_of(int(entry.first("lockoutTime") or 0))
    if since is None:
        return False
    return policy.lockout_duration is None or now < since + policy.lockout_duration


def _bad_logons(entry: Entry, policy: PasswordPolicy, now: datetime) -> int:
    """The controller keeps its count beyond the window, until the next log-on."""
    last = instant_of(int(entry.first("badPasswordTime") or 0))
    if last is None or now > last + policy.lockout_window:
        return 0
    return int(entry.first("badPwdCount") or 0)
