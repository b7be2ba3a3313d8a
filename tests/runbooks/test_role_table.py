"""The role table: which groups a person's posts, employment and standing give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.staff import person
from unyo.core.directory import DirectoryFacts
from unyo.core.errors import BadSetting
from unyo.core.person import Post, Standing
from unyo.policies import PolicyFiles
from unyo.runbooks.accounts.rules.groups import groups_of, named_groups, wanted_groups
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy

TABLE = {
    "department_group": "D-{code}",
    "rules": [
        {"groups": ["All-Staff"]},
        {"when": {"title": ["*課長", "室長"]}, "groups": ["Managers"]},
        {"when": {"department": "02*", "employment": "非常勤"}, "groups": ["Part-Time-02"]},
        {"when": {"department": "0101", "title": "係長"}, "groups": ["Payroll"]},
    ],
    "individual": ["Projector"],
    "remote_access": {"group": "Remote-Access", "longest_days": 366},
}


class Site:
    """A site's own role table beside the shipped policies."""

    def __init__(self, home: Path, table: dict[str, Any]) -> None:
        (home / "policies").mkdir(exist_ok=True)
        (home / "policies/groups.yml").write_text(yaml.safe_dump(table, allow_unicode=True), encoding="utf-8")
        self.policies = PolicyFiles(home)

    @property
    def directory(self) -> Site:
        return self

    def facts(self) -> DirectoryFacts:
        return DirectoryFacts("dc1", "DC=lab,DC=test", "lab.test", "unyo", True, False, ())


@pytest.fixture
def policy(tmp_path: Path) -> AccountPolicy:
    return account_policy(Site(tmp_path, TABLE))  # type: ignore[arg-type]


def test_titles_fit_by_pattern(policy: AccountPolicy) -> None:
    chief = replace(person(1), posts=(Post("0101", "総務課長"),))
    assert groups_of(chief, policy) == ["All-Staff", "D-0101", "Managers"]


def test_all_conditions_must_hold_for_one_and_the_same_post(policy: AccountPolicy) -> None:
    two_posts = replace(person(1), posts=(Post("0101", "主査"), Post("0102", "係長")))
    assert groups_of(two_posts, policy) == ["All-Staff", "D-0101", "D-0102"]
    one_post = replace(person(1), posts=(Post("0101", "係長"),))
    assert "Payroll" in groups_of(one_post, policy)


def test_employment_counts_with_the_department(policy: AccountPolicy) -> None:
    part_time = replace(person(1), posts=(Post("0201", ""),), employment="非常勤")
    assert groups_of(part_time, policy) == ["All-Staff", "D-0201", "Part-Time-02"]


def test_what_was_given_individually_stays_and_other_groups_go(policy: AccountPolicy) -> None:
    held = ["Projector", "Remote-Access", "Managers"]
    wanted = wanted_groups(replace(person(1), posts=(Post("0101", ""),)), held, policy)
    assert wanted == ["All-Staff", "D-0101", "Projector", "Remote-Access"]


@pytest.mark.parametrize("standing", [Standing.LEFT, Standing.SECONDED_OUT, Standing.ON_LEAVE])
def test_nobody_who_is_away_is_in_any_group(policy: AccountPolicy, standing: Standing) -> None:
    assert wanted_groups(replace(person(1), standing=standing), ["Projector"], policy) == []


def test_every_group_that_the_table_names_is_made(policy: AccountPolicy) -> None:
    assert named_groups(policy) == [
        "All-Staff",
        "Managers",
        "Part-Time-02",
        "Payroll",
        "Projector",
        "Remote-Access",
    ]


@pytest.mark.parametrize(
    "rules",
    [[{"when": {"rank": "x"}, "groups": ["a"]}], [{"when": {"title": "x"}, "groups": []}], [{"group": "a"}]],
)
def test_a_rule_that_says_nothing_usable_is_a_wrong_setting(tmp_path: Path, rules: list[Any]) -> None:
    site = Site(tmp_path, {**TABLE, "rules": rules})
    with pytest.raises(BadSetting, match=r"accounts\.policy"):
        account_policy(site)  # type: ignore[arg-type]
