"""Which accounts are no ordinary person's: by protected groups, by what they are for, by the site's own list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from unyo.core.directory import Entry
from unyo.core.dn import rdn_value
from unyo.core.risk import Risk
from unyo.core.text import Text

ASKED = (
    "adminCount",
    "servicePrincipalName",
    "userAccountControl",
    "objectSid",
    "sAMAccountName",
    "memberOf",
)
TOKEN_GROUPS = "tokenGroups"
NEVER_EXPIRES = 0x10000

_DOMAIN_GROUPS = {
    "512": "Domain Admins",
    "516": "Domain Controllers",
    "518": "Schema Admins",
    "519": "Enterprise Admins",
    "520": "Group Policy Creator Owners",
    "521": "Read-only Domain Controllers",
    "526": "Key Admins",
    "527": "Enterprise Key Admins",
}
_BUILT_IN_GROUPS = {
    "S-1-5-32-544": "Administrators",
    "S-1-5-32-548": "Account Operators",
    "S-1-5-32-549": "Server Operators",
    "S-1-5-32-550": "Print Operators",
    "S-1-5-32-551": "Backup Operators",
    "S-1-5-32-552": "Replicator",
}
_OWN_RIDS = {"500": "Administrator", "502": "krbtgt"}


@dataclass(frozen=True, slots=True)
class Privilege:
    """One reason why an account is privileged; ``risk`` is how its reset must be approved."""

    code: str
    text: Text
    risk: Risk


def privileges(
    entry: Entry, token_groups: Collection[str], accounts: Collection[str], groups: Collection[str]
) -> tuple[Privilege, ...]:
    """``accounts`` and ``groups`` are the site's own list, in folded case; groups count also through groups."""
    found = []
    if entry.first("adminCount") == "1":
        found.append(
            _grave("admin_count", "it is or was an administrator (adminCount)", "管理者 (adminCount)")
        )
    rid = (entry.first("objectSid") or "").rpartition("-")[2]
    if rid in _OWN_RIDS:
        found.append(
            _grave("built_in", f"built-in account {_OWN_RIDS[rid]}", f"組み込みアカウント {_OWN_RIDS[rid]}")
        )
    named = sorted(name for name in map(_protected, token_groups) if name)
    if named:
        listed = ", ".join(named)
        found.append(_grave("protected_group", f"member of {listed}", f"保護されたグループの一員: {listed}"))
    if not token_groups:
        # Everybody has a primary group, so nothing there means that it may not be read.
        found.append(
            _guarded(
                "groups_unread",
                "unyo may not read its groups (tokenGroups)",
                "所属グループ (tokenGroups) を参照できません",
            )
        )
    if entry.attributes.get("servicePrincipalName"):
        found.append(
            _guarded("service", "a service account (service names)", "サービスアカウント (SPN あり)")
        )
    if int(entry.first("userAccountControl") or 0) & NEVER_EXPIRES:
        found.append(
            _guarded(
                "never_expires",
                "its password never expires, as with service accounts",
                "パスワード無期限の設定 (サービスアカウント等)",
            )
        )
    if (entry.first("sAMAccountName") or "").casefold() in accounts:
        found.append(_guarded("listed", "listed in passwords.yml", "passwords.yml に記載"))
    listed_groups = {rdn_value(dn).casefold() for dn in entry.attributes.get("memberOf", ())} & set(groups)
    if listed_groups:
        listed = ", ".join(sorted(listed_groups))
        found.append(
            _guarded(
                "listed_group",
                f"in a group of passwords.yml: {listed}",
                f"passwords.yml 記載のグループ: {listed}",
            )
        )
    return tuple(found)


def _protected(sid: str) -> str:
    if sid in _BUILT_IN_GROUPS:
        return _BUILT_IN_GROUPS[sid]
    return _DOMAIN_GROUPS.get(sid.rpartition("-")[2], "") if sid.startswith("S-1-5-21-") else ""


def _grave(code: str, en: str, ja: str) -> Privilege:
    return Privilege(code, Text(en, ja), Risk.GRAVE)


def _guarded(code: str, en: str, ja: str) -> Privilege:
    return Privilege(code, Text(en, ja), Risk.GUARDED)
