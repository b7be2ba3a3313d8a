"""Hold the asset ledger against the terminals themselves and the directory; fill its gaps, overwrite nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from unyo.core.change import Change, State
from unyo.core.errors import BadInput, UnyoError
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.computers import computer_findings, read_computers
from unyo.runbooks.terminals.rules.observed import FIELDS, PARTS, compare, observed

_AT_ONCE = 200
SWAPPED = "terminals.swapped"


@dataclass(frozen=True, kw_only=True)
class DiscoverParams(Selection):
    """Which terminals (none named: all in use), and which of their own facts the ledger takes over."""

    accept: tuple[str, ...] = option(
        Text("fields to take over from the terminals", "端末の値を台帳に反映する項目"), default=()
    )
    directory: bool = option(Text("look in the directory too", "ディレクトリとも照合する"), default=True)
    idle_days: int = option(
        Text("days without a log-on to the domain that are odd", "長期未接続とみなす日数"), default=60
    )

    def check(self) -> None:
        for field in self.accept:
            if field not in FIELDS:
                listed = ", ".join(FIELDS)
                raise BadInput(
                    "discover.accept",
                    Text("a terminal cannot tell this field", "端末から取得できない項目です"),
                    Text(f"give: {listed}", f"指定できる項目: {listed}"),
                    target=f"--accept {field}",
                )

    @property
    def is_narrowed(self) -> bool:
        return any((self.terminal, self.site, self.floor, self.room, self.department, self.model, self.kind))


class Discover(StateRunbook[DiscoverParams]):
    """A terminal's state here is its entry in the ledger, so that undo gives the former entry back.

    The terminals are asked while planning: the plan is the comparison. What differs is a finding; only what
    is empty in the ledger, or was accepted, is a change.
    """

    title = Text("check of the asset ledger", "端末台帳の実機照合")
    Params = DiscoverParams
    risk = Risk.ROUTINE
    limits = Limits()
    pace = Pace(canary=0, wave=500, batch=100, stop_after=100, retry_after=())
    checks_each_step = True

    def targets(self, params: DiscoverParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in tools.assets.select(params)]

    def want(self, target: Target, params: DiscoverParams, tools: Tools) -> State | None:
        """What should be there is what stands there, unless the terminal says otherwise: see ``plan``."""
        return self.read(target, tools)

    def read(self, target: Target, tools: Tools) -> State | None:
        return tools.assets.book().get(target.key)

    def read_many(self, targets: Sequence[Target], tools: Tools) -> list[State | UnyoError | None]:
        book = tools.assets.book()
        return [book.get(target.key) for target in targets]

    def write(self, change: Change, tools: Tools) -> None:
        fields = {field: str(value or "") for field, value in (change.after or {}).items()}
        tools.assets.amend(change.target.key, fields, self.name)

    def plan(self, params: DiscoverParams, tools: Tools) -> Plan:
        terminals = tools.assets.select(params)
        book = tools.assets.book()
        answers = _asked(terminals, tools)
        changes, unchanged, findings = [], [], []
        for terminal, answer in zip(terminals, answers, strict=True):
            if isinstance(answer, UnyoError):
                findings.append(_not_compared(terminal, answer, book))
                continue
            found = compare(terminal, book[terminal.serial], observed(answer), params.accept)
            findings += found.findings
            if found.after:
                changes.append(Change(terminal.target, found.before, found.after, sort=_sort(found.before)))
            else:
                unchanged.append(terminal.target)
        if params.directory:
            findings += _directory(params, terminals, book, tools)
        # Those that could not be compared stand as they are; the findings say why.
        unchanged += [t.target for t, a in zip(terminals, answers, strict=True) if isinstance(a, UnyoError)]
        return Plan(
            self.name,
            params_as_json(params),
            tuple(changes),
            tools.assets.in_service(),
            tuple(unchanged),
            tuple(findings),
            self.limits,
        )


def _asked(terminals: Sequence[Terminal], tools: Tools) -> list[Mapping[str, Any] | UnyoError]:
    """Every terminal's facts; those that answered have been seen, which the ledger notes."""
    answers: list[Mapping[str, Any] | UnyoError] = []
    for start in range(0, len(terminals), _AT_ONCE):
        part = terminals[start : start + _AT_ONCE]
        errands = [Errand(terminal, {"parts": list(PARTS)}) for terminal in part]
        answers += tools.terminals.run("facts", errands)
        tools.progress("terminals.discover", len(answers), len(terminals))
    seen = [t.serial for t, a in zip(terminals, answers, strict=True) if not isinstance(a, UnyoError)]
    tools.assets.sighted(seen)
    return answers


def _sort(before: Mapping[str, str]) -> str:
    return "correct" if any(before.values()) else "fill"


def _not_compared(terminal: Terminal, error: UnyoError, book: Mapping[str, Mapping[str, str]]) -> Finding:
    if error.code != SWAPPED:
        return Finding(
            "discover.not_compared",
            Weight.ODD,
            Text(f"not compared: {error.what.en}", f"照合できません: {error.what.ja}"),
            terminal.target.shown,
        )
    actual = (error.detail or "").rpartition("→")[2].strip()
    noted = book.get(actual)
    en = (
        f"the ledger has it as {noted['name'] or 'nameless'}, {noted['state']}"
        if noted
        else "not in the ledger"
    )
    ja = f"台帳では {noted['name'] or '名前なし'}({noted['state']})" if noted else "台帳にありません"
    return Finding(
        "discover.swapped",
        Weight.ODD,
        Text(
            f"another terminal answers under this name: serial number {actual} ({en})",
            f"この名前で別の端末が応答しています: 製造番号 {actual}({ja})",
        ),
        terminal.target.shown,
    )


def _directory(
    params: DiscoverParams,
    terminals: Sequence[Terminal],
    book: Mapping[str, Mapping[str, str]],
    tools: Tools,
) -> list[Finding]:
    chosen = {terminal.serial for terminal in terminals} if params.is_narrowed else None
    try:
        computers = read_computers(tools.directory)
    except UnyoError as error:
        text = Text(
            f"directory not compared: {error.what.en}", f"ディレクトリと照合できません: {error.what.ja}"
        )
        return [Finding("discover.no_directory", Weight.ODD, text)]
    idle = timedelta(days=params.idle_days)
    return list(computer_findings(computers, book, chosen, tools.clock.now(), idle))
