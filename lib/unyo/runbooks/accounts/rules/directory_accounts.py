"""The accounts that people have in the directory, by staff number."""

from __future__ import annotations

from unyo.core.dates import last_day_of
from unyo.core.directory import Entry
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.layout_cells import Account

_DISABLED = 0x2


def accounts_in(tools: Tools) -> dict[str, Account]:
    """Every user entry with a staff number; one search of the whole directory."""
    staff = str(tools.policies.load("accounts")["staff_number_attribute"])
    asked = [staff, "sAMAccountName", "userPrincipalName", "mail", "userAccountControl", "accountExpires"]
    found = tools.directory.search(tools.directory.base_dn, f"(&(objectClass=user)({staff}=*))", asked)
    return {entry.first(staff) or "": _account(entry) for entry in found}


def _account(entry: Entry) -> Account:
    return Account(
        login=entry.first("sAMAccountName") or "",
        upn=entry.first("userPrincipalName") or "",
        mail=entry.first("mail") or "",
        enabled=not int(entry.first("userAccountControl") or 0) & _DISABLED,
        expires=last_day_of(int(entry.first("accountExpires") or 0)),
    )
