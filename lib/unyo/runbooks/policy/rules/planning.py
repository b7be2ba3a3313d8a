"""What a plan of an application holds for each terminal, and what its reader should know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unyo.core.baseline import Exemption, Kind, Rule
from unyo.core.change import Change
from unyo.core.plan import Finding, Weight
from unyo.core.terminal import Terminal, Way
from unyo.core.text import Text
from unyo.runbooks.policy.rules.own_channel import cuts_own_way
from unyo.runbooks.policy.rules.reading import Reading
from unyo.runbooks.policy.rules.scope import Scope
from unyo.runbooks.policy.rules.showing import shown

DEFINITIONS = "_definitions"
"""The key under which a change keeps what each rule was about, so that an undo cannot write elsewhere."""


@dataclass
class Remarks:
    """What is gathered terminal by terminal for the findings: rule id → names of terminals."""

    domain: dict[tuple[str, Any], set[str]] = field(default_factory=lambda: defaultdict(set))
    expired: dict[tuple[str, Exemption], set[str]] = field(default_factory=lambda: defaultdict(set))
    exempt: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unread: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    no_way_back: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unseen: dict[tuple[str, Text], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Error → terminals that answered and could not be looked at."""


def due_rules(terminal: Terminal, scope: Scope, remarks: Remarks) -> list[Rule]:
    """The rules to be applied there: those asked for without those a valid exception covers."""
    exempt = scope.exempt(terminal)
    due = []
    for rule in scope.rules_for(terminal):
        given = exempt.get(rule.id)
        if given is None:
            due.append(rule)
        elif given.holds(scope.today):
            remarks.exempt[rule.id].add(terminal.name)
        else:
            remarks.expired[rule.id, given].add(terminal.name)
            due.append(rule)
    return due


def planned(terminal: Terminal, rules: Sequence[Rule], reading: Reading, remarks: Remarks) -> Change | None:
    """The change of one terminal with the before-value of every rule, or None where nothing differs."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for rule in rules:
        if rule.id not in reading.values:
            remarks.unread[rule.id].add(terminal.name)
            continue
        before[rule.id], after[rule.id] = reading.values[rule.id], rule.goal(reading.values[rule.id])
        ruled = reading.domain.get(rule.id)
        if rule.id in reading.domain and not rule.accepts(ruled):
            remarks.domain[rule.id, _key(ruled)].add(terminal.name)
    if before == after:
        return None
    definitions = {}
    for rule in rules:
        if rule.id in after and before[rule.id] != after[rule.id]:
            definitions[rule.id] = rule.address_digest
            remarks.changed[rule.id].add(terminal.name)
            if before[rule.id] is None and rule.setting.kind is not Kind.REGISTRY:
                remarks.no_way_back[rule.id].add(terminal.name)
    return Change(
        terminal.target,
        {**before, DEFINITIONS: definitions},
        {**after, DEFINITIONS: definitions},
        sort="baseline",
    )


def remarks_as_findings(remarks: Remarks, rules: Mapping[str, Rule], way: Way) -> list[Finding]:
    """The findings of a plan, what is odd before what is only good to know."""
    return [
        *_own_way(remarks, rules, way),
        *_each("baseline.exception_expired", Weight.ODD, _expired(remarks)),
        *_each("baseline.group_policy", Weight.ODD, _domain(remarks)),
        *_each("baseline.closed", Weight.ODD, _unseen(remarks)),
        *_each("baseline.not_read", Weight.ODD, _unread(remarks)),
        *_each("baseline.no_way_back", Weight.ODD, _no_way_back(remarks)),
        *_sums(remarks, rules),
    ]


def _own_way(remarks: Remarks, rules: Mapping[str, Rule], way: Way) -> Iterable[Finding]:
    for rule in sorted(remarks.changed):
        if cuts_own_way(rules[rule], rules[rule].wanted, way):
            yield Finding(
                "baseline.own_way",
                Weight.ODD,
                Text(
                    f"{rule} would shut unyo itself out ({way.transport}, {way.user or 'certificate'}); "
                    f"the terminals would take it back by themselves. Make an exception, or change the way in first",
                    f"{rule} を適用すると unyo 自身が接続できなくなります({way.transport}, {way.user or '証明書'})。"
                    f"端末側で自動的に元に戻ります。例外を登録するか、先に接続方式を変更してください",
                ),
                rule,
            )


def _expired(remarks: Remarks) -> Iterable[tuple[str, Text]]:
    for (rule, given), names in sorted(remarks.expired.items(), key=lambda item: item[0][0]):
        day, on = given.expires.isoformat(), _names(names)
        yield (
            rule,
            Text(
                f"the exception from {rule} expired on {day} (owner: {given.owner}); it will be applied to {on}",
                f"{rule} の例外は {day} に期限切れです(責任者: {given.owner})。{on} に適用します",
            ),
        )


def _domain(remarks: Remarks) -> Iterable[tuple[str, Text]]:
    for (rule, value), names in sorted(remarks.domain.items(), key=lambda item: item[0][0]):
        on = _names(names)
        yield (
            rule,
            Text(
                f"group policy sets {rule} to {value} on {on}: the domain will set this back",
                f"グループポリシーが {on} の {rule} を {value} に設定しています。ドメインにより元に戻されます",
            ),
        )


def _unseen(remarks: Remarks) -> Iterable[tuple[str, Text]]:
    for (code, what), names in sorted(remarks.unseen.items(), key=lambda item: item[0][0]):
        on = _names(names)
        yield (
            code,
            Text(
                f"{on}: {what.en}; mend it, or it is not changed",
                f"{on}: {what.ja}。解消しない限り変更されません",
            ),
        )


def _unread(remarks: Remarks) -> Iterable[tuple[str, Text]]:
    for rule, names in sorted(remarks.unread.items()):
        on = _names(names)
        yield (
            rule,
            Text(
                f"{rule} could not be read on {on}; it is left out there",
                f"{on} で {rule} を読めません。対象から外します",
            ),
        )


def _no_way_back(remarks: Remarks) -> Iterable[tuple[str, Text]]:
    for rule, names in sorted(remarks.no_way_back.items()):
        on = _names(names)
        yield (
            rule,
            Text(
                f"{rule} is not set on {on}, and Windows cannot unset it again: no undo for it there",
                f"{on} では {rule} が未設定で、Windows の仕様により未設定には戻せません(元に戻す対象外)",
            ),
        )


def _sums(remarks: Remarks, rules: Mapping[str, Rule]) -> Iterable[Finding]:
    cutting = sorted(rule for rule in remarks.changed if rules[rule].cuts)
    if cutting:
        listed = ", ".join(cutting)
        yield _note(
            "baseline.guarded",
            f"could cut WinRM, remote desktop or log-on; applied last, under guard: {listed}",
            f"WinRM・リモートデスクトップ・ログオンを遮断し得るため、最後に自動復旧付きで適用: {listed}",
        )
    restarting = sorted(rule for rule in remarks.changed if rules[rule].reboot)
    if restarting:
        listed = ", ".join(restarting)
        yield _note(
            "baseline.restart",
            f"take effect with the next restart: {listed}",
            f"次の再起動で有効になります: {listed}",
        )
    blind = sorted(rule for rule in remarks.changed if rules[rule].setting.kind is Kind.SCRIPT)
    if blind:
        listed = ", ".join(blind)
        yield Finding(
            "baseline.script",
            Weight.ODD,
            Text(
                f"set by a script of the site, whose effects cannot be foreseen: {listed}",
                f"サイト独自スクリプトで設定するため、影響を事前に予測できません: {listed}",
            ),
        )
    if remarks.exempt:
        count = sum(len(names) for names in remarks.exempt.values())
        listed = ", ".join(sorted(remarks.exempt))
        yield _note(
            "baseline.exempt",
            f"{count} times a valid exception leaves a rule out: {listed}",
            f"有効な例外により {count} 件を除外: {listed}",
        )


def _note(code: str, en: str, ja: str) -> Finding:
    return Finding(code, Weight.NOTE, Text(en, ja))


def _each(code: str, weight: Weight, texts: Iterable[tuple[str, Text]]) -> list[Finding]:
    return [Finding(code, weight, text, where) for where, text in texts]


def _names(names: set[str]) -> str:
    """A few names, and how many more."""
    first = sorted(names)[:3]
    return ", ".join(first) + (f" (+{len(names) - 3})" if len(names) > 3 else "")


def _key(value: Any) -> str:
    return str(shown(value))
