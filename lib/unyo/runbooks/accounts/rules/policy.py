"""The site's account policy as values, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.dn import join_dn
from unyo.core.errors import BadSetting
from unyo.core.risk import Limits
from unyo.core.text import Text
from unyo.core.tools import Tools

# What a rule of groups.yml may ask of a post and its holder.
CONDITIONS = {"department", "title", "employment", "standing"}


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """Where accounts live and how they are named; DNs are whole, ``domain`` is the DNS domain."""

    base_dn: str
    domain: str
    staff_attribute: str
    people_dn: str
    groups_dn: str
    leavers_dn: str
    company: str
    mail_domain: str
    must_change: bool
    password_length: int
    grace_days: int
    suspend_on_leave: bool
    limits: Limits
    templates: tuple[str, ...]
    reserved: frozenset[str]
    reuse_years: int
    new_name_on_rename: bool
    readings: Mapping[str, str]
    department_group: str
    group_rules: tuple[Mapping[str, Any], ...]
    individual_groups: frozenset[str]
    remote_group: str
    remote_days: int

    @property
    def away_dn(self) -> str:
        return join_dn("OU=Away", self.leavers_dn)


def account_policy(tools: Tools) -> AccountPolicy:
    """Read accounts.yml, naming.yml and groups.yml; BadSetting names the key that is wrong."""
    accounts, naming, groups = (tools.policies.load(name) for name in ("accounts", "naming", "groups"))
    facts = tools.directory.facts()
    base = facts.base_dn
    try:
        return AccountPolicy(
            base_dn=base,
            domain=accounts["upn_suffix"] or facts.domain,
            staff_attribute=accounts["staff_number_attribute"],
            people_dn=join_dn(accounts["people"], base),
            groups_dn=join_dn(accounts["groups"], base),
            leavers_dn=join_dn(accounts["leavers"], base),
            company=accounts["company"],
            mail_domain=accounts["mail_domain"],
            must_change=bool(accounts["must_change_password"]),
            password_length=int(accounts["password_length"]),
            grace_days=int(accounts["grace_days"]),
            suspend_on_leave=bool(accounts["suspend_on_leave"]),
            limits=Limits(**accounts["limits"]),
            templates=tuple(_template(text) for text in naming["templates"]),
            reserved=frozenset(name.lower() for name in naming["reserved"]),
            reuse_years=int(naming["no_reuse_years"]),
            new_name_on_rename=bool(naming["new_name_on_rename"]),
            readings=dict(naming["readings"]),
            department_group=groups["department_group"],
            group_rules=tuple(_rule(rule) for rule in groups["rules"]),
            individual_groups=frozenset({*groups["individual"], groups["remote_access"]["group"]}),
            remote_group=groups["remote_access"]["group"],
            remote_days=int(groups["remote_access"]["longest_days"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadSetting(
            "accounts.policy",
            Text("the account policy is incomplete", "アカウントのポリシーに不備があります"),
            Text(
                "compare it with the shipped inventory/policies", "標準の inventory/policies と比較して直す"
            ),
            target="accounts.yml, naming.yml, groups.yml",
            detail=f"{type(error).__name__}: {error}",
        ) from error


def _rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = set(rule) - {"groups", "when"} | set(rule.get("when") or {}) - CONDITIONS
    if unknown or not rule["groups"]:
        raise ValueError(f"groups.yml: {', '.join(sorted(unknown)) or 'a rule without groups'}")
    return rule


def _template(text: str) -> str:
    text.format(family="a", given="a", family_initial="a", given_initial="a", n="")
    return text
