"""How old unyo's own secrets may become: the section ``own`` of passwords.yml."""

from __future__ import annotations

from collections.abc import Mapping

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.tools import Policies

_KEYS = {"vault_key": "vault_key_days", "ledger_password": "ledger_password_days"}
_MOST = 3650
_USUAL = {"vault_key_days": 365, "ledger_password_days": 180}


def longest_ages(policies: Policies) -> Mapping[str, int]:
    """Key of an own secret → days; a site's policy without the section gets the usual ones."""
    loaded = policies.load("passwords").get("own", _USUAL)
    ages = {}
    for key, name in _KEYS.items():
        days = loaded.get(name) if isinstance(loaded, Mapping) else None
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MOST:
            raise BadSetting(
                "passwords.policy",
                Text(
                    f"own.{name}: not a number from 1 to {_MOST}",
                    f"own.{name}: 1〜{_MOST} の数で指定してください",
                ),
                Text("mend inventory/policies/passwords.yml", "inventory/policies/passwords.yml を直す"),
                target="passwords.yml",
            )
        ages[key] = days
    return ages
