"""Every log-on name that is taken, in the directory or by reservation."""

from __future__ import annotations

from unyo.core.dates import in_jst
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.naming import NameBook
from unyo.runbooks.accounts.rules.policy import AccountPolicy


def name_book(tools: Tools, policy: AccountPolicy) -> NameBook:
    """One search over all log-on names; those without a staff number belong to nobody a person could be."""
    names = ["sAMAccountName", policy.staff_attribute]
    found = tools.directory.search(policy.base_dn, "(sAMAccountName=*)", names)
    held = {
        (entry.first("sAMAccountName") or "").lower(): entry.first(policy.staff_attribute) or ""
        for entry in found
    }
    return NameBook(held, tools.names.owners(), in_jst(tools.clock.now()).date())
