"""The rule file of passwords: what it says counts, and what it cannot mean is named by its key."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.password_desk import RULES
from unyo.core.credential import AccountKind, Credential
from unyo.core.errors import BadSetting
from unyo.core.passwords import EXCLUSIONS, LOOK_ALIKES, bits_of, make_password
from unyo.runbooks.passwords.rules.policy import AccountsPolicy, policy_from

SHIPPED = Path(__file__).parents[3] / "inventory/policies/passwords.yml"


@pytest.fixture(scope="module")
def shipped() -> AccountsPolicy:
    return policy_from(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def account(kind: AccountKind = AccountKind.LINUX, **more: Any) -> Credential:
    return Credential(kind, "server", "keeper", "passwords/server/keeper", "server keeper", **more)


def changed(**values: Any) -> Mapping[str, Any]:
    """The desk's rule file with the given sections."""
    return {**deepcopy(RULES), **values}


@pytest.mark.parametrize("kind", list(AccountKind))
def test_the_shipped_rules_make_strong_passwords_of_every_kind(
    shipped: AccountsPolicy, kind: AccountKind
) -> None:
    rules = shipped.of(account(kind)).password
    made = make_password(rules).reveal()
    assert len(made) == rules.length
    assert made[0].isalpha()
    assert not set(made) & set(LOOK_ALIKES + EXCLUSIONS["quotes"] + EXCLUSIONS["keyboards"])
    assert bits_of(rules) > 90


def test_a_console_is_never_sent_what_it_reads_as_a_question(shipped: AccountsPolicy) -> None:
    for _ in range(200):
        made = make_password(shipped.of(account(AccountKind.NETWORK)).password).reveal()
        assert not set(made) & set("?$\\\"'` ")


def test_a_persons_account_has_no_age(shipped: AccountsPolicy) -> None:
    assert shipped.of(account()).max_age == timedelta(days=90)
    assert shipped.of(account(role="person")).max_age is None


def test_the_role_wins_over_the_group_and_the_group_over_the_kind() -> None:
    policy = policy_from(
        changed(
            kinds={"linux": {"length": 11, "max_age_days": 11}},
            groups={"web": {"length": 12, "max_age_days": 12}, "dmz": {"length": 13}},
            roles={"service": {"length": 14}},
        )
    )
    lengths = [
        policy.of(account(AccountKind.MARIADB)).password.length,
        policy.of(account()).password.length,
        policy.of(account(groups=("web", "dmz"))).password.length,
        policy.of(account(groups=("web",), role="service")).password.length,
    ]
    assert lengths == [20, 11, 13, 14]
    assert policy.of(account(groups=("web",), role="service")).max_age == timedelta(days=12)


def test_an_accounts_name_never_stands_in_its_password(shipped: AccountsPolicy) -> None:
    assert shipped.of(account()).password.names == ("keeper",)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"rule": {}}, "rule: unknown"),
        ({"rules": {}}, "rules.length: a value is missing"),
        ({"rules": {**RULES["rules"], "length": 7}}, "rules.length: not a number"),
        ({"rules": {**RULES["rules"], "length": "20"}}, "rules.length: not a number"),
        ({"rules": {**RULES["rules"], "classes": ["letters"]}}, "rules.classes: give some of"),
        ({"rules": {**RULES["rules"], "classes": []}}, "rules.classes: give some of"),
        ({"rules": {**RULES["rules"], "exclude": ["lookalikes"]}}, "rules.exclude: give characters"),
        ({"rules": {**RULES["rules"], "exclude": "quotes"}}, "rules.exclude: give characters"),
        ({"rules": {**RULES["rules"], "max_age_days": 0}}, "rules.max_age_days: not a number"),
        ({"rules": {**RULES["rules"], "words": True}}, "rules.words: not a number"),
        ({"kinds": {"windos": {"length": 9}}}, "kinds.windos: unknown"),
        ({"kinds": {"linux": {"lenght": 9}}}, "kinds.linux.lenght: unknown"),
        ({"kinds": {"linux": 12}}, "kinds.linux: not a mapping"),
        (
            {"groups": {"pin": {"length": 8, "classes": ["digit"]}}},
            "groups.pin: such passwords have only 27 bits",
        ),
        ({"groups": {"words": {"words": 2}}}, "groups.words: such passwords have only"),
        (
            {"roles": {"login": {"classes": ["digit"], "exclude": list("0123456789")}}},
            "roles.login: no character is left of the class digit",
        ),
        ({"history": 11}, "history: not a number from 12"),
        ({"windows": None}, "windows: not a mapping"),
        ({"windows": {"accounts": "unyo-admin"}}, "windows.accounts: not a list"),
        ({"windows": {"accounts": [], "initial": 1}}, "windows.initial: not a name"),
    ],
)
def test_a_wrong_entry_is_named(values: Mapping[str, Any], named: str) -> None:
    with pytest.raises(BadSetting) as caught:
        policy_from(changed(**values))
    assert caught.value.code == "passwords.policy"
    assert caught.value.what.en.startswith(named)
    assert caught.value.what.ja.startswith(named.partition(":")[0])
