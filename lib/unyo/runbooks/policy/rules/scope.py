"""Which terminals a baseline job is about, and which rules hold on each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unyo.core.baseline import Exemption, Pack, Rule, Severity, exemption_for
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound
from unyo.core.params import option
from unyo.core.terminal import Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools

USUAL_PACK: Mapping[str, str] = {"client": "windows11", "server": "windows-server"}


@dataclass(frozen=True, kw_only=True)
class BaselineSelection(Selection):
    """Terminals, and the part of a baseline that is meant."""

    pack: str = option(
        Text(
            "rule pack (windows11, servers windows-server)",
            "ルールパック(省略時は端末 windows11、サーバー windows-server)",
        ),
        default="",
    )
    rule: tuple[str, ...] = option(Text("only these rules", "対象ルールの限定"), default=())
    severity: Severity | None = option(
        Text("only rules of this severity or more", "この重大度以上のルールに限定"), default=None
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """The packs of a job, the rules chosen from each, and the exceptions of the site."""

    packs: Mapping[str, Pack]
    chosen: Mapping[str, tuple[Rule, ...]]
    exemptions: tuple[Exemption, ...]
    today: date
    named: str

    def pack_of(self, terminal: Terminal) -> Pack:
        return self.packs[self.named or _usual(terminal)]

    def rules_for(self, terminal: Terminal) -> list[Rule]:
        """The chosen rules that suit the terminal, exceptions not regarded."""
        chosen = self.chosen[self.named or _usual(terminal)]
        return [rule for rule in chosen if rule.suits(terminal)]

    def exempt(self, terminal: Terminal) -> dict[str, Exemption]:
        """Rule id → the exception that covers it there, expired ones included."""
        near = [given for given in self.exemptions if given.holds_at(terminal)]
        named = {rule for given in near for rule in given.rules}
        return {rule: found for rule in named if (found := exemption_for(rule, terminal, near))}

    @property
    def digests(self) -> str:
        """The packs with the beginnings of their digests, as they are pinned in a job's parameters."""
        return " ".join(f"{name}={pack.digest[:12]}" for name, pack in sorted(self.packs.items()))


def scope_of(params: BaselineSelection, terminals: Iterable[Terminal], tools: Tools) -> Scope:
    """NotFound where a pack or a rule is named that does not exist."""
    names = {params.pack} if params.pack else {_usual(terminal) for terminal in terminals}
    packs = {name: tools.baselines.pack(name) for name in sorted(names)}
    for rule in params.rule:
        if not any(rule in pack.by_id() for pack in packs.values()):
            raise _no_rule(rule, packs.values())
    return Scope(
        packs,
        {name: tuple(rule for rule in pack.rules if _is_meant(rule, params)) for name, pack in packs.items()},
        tuple(tools.baselines.exceptions()),
        in_jst(tools.clock.now()).date(),
        params.pack,
    )


def _usual(terminal: Terminal) -> str:
    return USUAL_PACK.get(terminal.kind, USUAL_PACK["client"])


def _is_meant(rule: Rule, params: BaselineSelection) -> bool:
    if params.rule and rule.id not in params.rule:
        return False
    return params.severity is None or rule.severity.weight >= params.severity.weight


def _no_rule(rule: str, packs: Iterable[Pack]) -> NotFound:
    known = sorted({identity for pack in packs for identity in pack.by_id()})
    near: Sequence[str] = difflib.get_close_matches(rule, known, 5, 0.4) or known[:5]
    listed = ", ".join(near)
    return NotFound(
        "baseline.no_rule",
        Text("there is no such rule in the pack", "そのルールはパックにありません"),
        Text(f"near: {listed}", f"近いもの: {listed}"),
        target=rule,
    )
