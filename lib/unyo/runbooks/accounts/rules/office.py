"""Small account runbooks: given the directory as it is, they yield the changes and findings of a plan."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from unyo.core.change import Change, State, holds_secret, matches
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound
from unyo.core.params import params_as_json
from unyo.core.person import Person, Post, Standing
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.state_runbook import shown_before
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook, takes_away
from unyo.runbooks.accounts.rules.naming import LONGEST_ENTRY_NAME, numbered_entry
from unyo.runbooks.accounts.rules.places import Places, read_places
from unyo.runbooks.accounts.rules.policy import AccountPolicy, account_policy
from unyo.runbooks.accounts.rules.reading import read_accounts

P = TypeVar("P")


@dataclass(frozen=True)
class Office:
    """What such a plan is computed from; ``accounts`` by staff number, ``today`` in Japan."""

    policy: AccountPolicy
    places: Places
    accounts: Mapping[str, Mapping[str, Any]]
    today: date

    def account(self, number: str) -> Mapping[str, Any]:
        """The person's account; NotFound where there is none."""
        if number not in self.accounts:
            raise NotFound(
                "accounts.unknown",
                Text("no account has this staff number", "この職員番号のアカウントはありません"),
                Text("check the number: unyo run accounts.list", "番号を確認する(unyo run accounts.list)"),
                target=number,
            )
        return self.accounts[number]

    def entry_name(self, name: str, number: str, place: str) -> str:
        """The CN for a person in a place: with the staff number where a namesake stands there already."""
        namesakes = (
            other
            for other, state in self.accounts.items()
            if other != number and state["place"] == place and str(state["cn"]).casefold() == name.casefold()
        )
        now = self.accounts.get(number)
        numbered = numbered_entry(name, number)
        stays = now is not None and now["place"] == place and now["cn"] == numbered
        return numbered if stays or any(namesakes) or len(name) > LONGEST_ENTRY_NAME else name

    def department(self, code: str) -> str:
        """The department's name; NotFound where it does not stand in the directory."""
        if code not in self.places.units:
            listed = ", ".join(f"{unit.code} {unit.name}" for unit in self.places.units.values())
            raise NotFound(
                "accounts.no_department",
                Text("there is no such department in the directory", "その部署はディレクトリにありません"),
                Text(f"known: {listed}", f"登録済みの部署: {listed}"),
                target=code,
            )
        return self.places.units[code].name


class OfficeRunbook(AccountRunbook[P]):
    """``numbers`` says whom it is about, ``proposals`` what should become of them."""

    @abstractmethod
    def numbers(self, params: P) -> Sequence[str] | None:
        """The staff numbers that must be read; None for everybody."""

    @abstractmethod
    def proposals(self, params: P, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        """Every person's changes, in order; a change that changes nothing says that all is well."""

    def targets(self, params: P, tools: Tools) -> Sequence[Target]:
        proposed = self.proposals(params, self._office(params, tools), tools)
        return list(dict.fromkeys(item.target for item in proposed if isinstance(item, Change)))

    def want(self, target: Target, params: P, tools: Tools) -> State | None:
        for item in self.proposals(params, self._office(params, tools), tools):
            if isinstance(item, Change) and item.target == target:
                return item.after
        return None

    def plan(self, params: P, tools: Tools) -> Plan:
        office = self._office(params, tools)
        proposed = list(self.proposals(params, office, tools))
        changes = [item for item in proposed if isinstance(item, Change)]
        return Plan(
            self.name,
            params_as_json(params),
            tuple(replace(change, removes=takes_away(change)) for change in changes if _changes(change)),
            self._population(params, office, tools),
            tuple(change.target for change in changes if not _changes(change)),
            tuple(item for item in proposed if isinstance(item, Finding)),
            office.policy.limits,
        )

    def _office(self, params: P, tools: Tools) -> Office:
        policy = account_policy(tools)
        places = read_places(tools.directory, policy)
        accounts = read_accounts(tools, policy, places, self.numbers(params))
        return Office(policy, places, accounts, in_jst(tools.clock.now()).date())

    def _population(self, params: P, office: Office, tools: Tools) -> int:
        if self.numbers(params) is None:
            return len(office.accounts)
        attribute = office.policy.staff_attribute
        everybody = f"(&(objectCategory=person)(objectClass=user)({attribute}=*))"
        return sum(1 for _ in tools.directory.search(office.policy.base_dn, everybody, [attribute]))


def _changes(change: Change) -> bool:
    if change.after is None or change.before is None:
        return change.after is not change.before
    return not matches(change.before, change.after) or holds_secret(change.after)


def target_of(number: str, state: Mapping[str, Any]) -> Target:
    return Target("account", number, str(state.get("display") or state.get("cn") or ""))


def change_of(number: str, now: Mapping[str, Any], wanted: Mapping[str, Any], sort: str) -> Change:
    """An update of an account; the log-on name goes along so that the account is found fast."""
    want = {"sam": now["sam"], **wanted}
    return Change(target_of(number, now), shown_before(now, want), want, sort=sort)


def holder_of(number: str, now: Mapping[str, Any], code: str, title: str, tools: Tools) -> Person:
    """The person in a new main post; employment and other posts as the newest roster has them."""
    newest = tools.people.newest_roster_id()
    known = tools.people.roster(newest).people.get(number) if newest is not None else None
    post = Post(code, title)
    if known is not None and known.standing is not Standing.LEFT:
        return replace(known, standing=Standing.ACTIVE, posts=(post, *known.posts[1:]))
    return Person(number, str(now["family"]), str(now["given"]), "", "", (post,))


def odd(code: str, where: str, en: str, ja: str, weight: Weight = Weight.ODD) -> Finding:
    return Finding(code, weight, Text(en, ja), where)


def once_each(numbers: Iterable[str]) -> list[str]:
    """The numbers in order; one that stands twice is taken once."""
    return list(dict.fromkeys(numbers))
