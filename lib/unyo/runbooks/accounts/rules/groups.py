"""Which groups a person belongs in: a role table as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from unyo.core.person import Person, Post, Standing
from unyo.runbooks.accounts.rules.policy import AccountPolicy


def groups_of(person: Person, policy: AccountPolicy) -> list[str]:
    """Sorted names of the managed groups; nobody who is away or has left belongs in any."""
    if is_away(person, policy):
        return []
    found = {department_group(policy, post.department_code) for post in person.posts}
    for rule in policy.group_rules:
        if any(_fits(rule.get("when") or {}, person, post) for post in person.posts):
            found.update(rule["groups"])
    return sorted(found)


def wanted_groups(person: Person, held: Iterable[str], policy: AccountPolicy) -> list[str]:
    """What the role table gives, and of the groups held those that are given individually."""
    if is_away(person, policy):
        return []
    return sorted({*groups_of(person, policy), *(policy.individual_groups & set(held))})


def department_group(policy: AccountPolicy, code: str) -> str:
    return policy.department_group.format(code=code)


def named_groups(policy: AccountPolicy) -> list[str]:
    """All groups that the role table names."""
    ruled = {group for rule in policy.group_rules for group in rule["groups"]}
    return sorted(ruled | policy.individual_groups)


def is_away(person: Person, policy: AccountPolicy) -> bool:
    """Whether the person's account is to be disabled."""
    if person.standing is Standing.ON_LEAVE:
        return policy.suspend_on_leave
    return person.standing in (Standing.LEFT, Standing.SECONDED_OUT)


def _fits(when: Mapping[str, Any], person: Person, post: Post) -> bool:
    """Every condition must hold for one and the same post; ``*`` in a value stands for any letters."""
    facts = {
        "department": post.department_code,
        "title": post.title,
        "employment": person.employment,
        "standing": str(person.standing),
    }
    return all(
        any(fnmatchcase(facts[name], pattern) for pattern in _listed(allowed))
        for name, allowed in when.items()
    )


def _listed(allowed: Any) -> Iterable[str]:
    return [str(item) for item in allowed] if isinstance(allowed, list) else [str(allowed)]
