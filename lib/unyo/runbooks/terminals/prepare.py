"""Prepare terminals for their next users: name, domain, clean, software, printers, baseline, ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unyo.core.baseline import Rule, exemption_for
from unyo.core.change import Change, State
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput, TargetSaidNo, UnyoError
from unyo.core.outcome import Outcome
from unyo.core.params import option
from unyo.core.playbook import PlayHost
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, StepEnd
from unyo.core.secret import SecretRef
from unyo.core.state_runbook import StateRunbook, not_foreseen
from unyo.core.table import Cell, Table
from unyo.core.target import Target
from unyo.core.terminal import Errand, Selection, Terminal, TerminalState
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.preparation_policy import PreparationPolicy, preparation_policy
from unyo.runbooks.terminals.rules.preparing import (
    ITEMS,
    LEDGER_FIELDS,
    Preparation,
    queues_for,
    read_terminals,
    wanted_state,
)
from unyo.runbooks.terminals.rules.wiping import WIPE_SECONDS, in_use, left_over

PRINTER_SECONDS = 600.0
PLAY_SECONDS = 2 * 3600.0


@dataclass(frozen=True)
class PrepareParams:
    """One row per terminal, and what is done to each."""

    rows: tuple[Preparation, ...] = option(Text("terminals and their users", "端末と利用者"))
    pack: str = option(Text("rule pack (windows11)", "セキュリティポリシーの種類"), default="windows11")
    clean: bool = option(Text("wipe what former users left", "前利用者のデータを消去する"), default=True)

    def check(self) -> None:
        _check_once([row.terminal.casefold() for row in self.rows], [row.terminal for row in self.rows])
        _check_once([row.new_name.casefold() for row in self.rows], [row.new_name for row in self.rows])


class Prepare(StateRunbook[PrepareParams]):
    """Rules that could cut the way to the terminal are left to policy.apply, which has a guard for them."""

    title = Text("prepare terminals", "端末の準備")
    Params = PrepareParams
    risk = Risk.GUARDED
    limits = Limits(targets=100)
    checks_each_step = True
    pace = Pace(canary=1, wave=20, batch=20, retry_after=(5, 30), waits_hours=72)

    def targets(self, params: PrepareParams, tools: Tools) -> Sequence[Target]:
        return [terminal.target for terminal in _chosen(params, tools)]

    def population(self, params: PrepareParams, tools: Tools) -> int:
        return tools.assets.in_service()

    def want(self, target: Target, params: PrepareParams, tools: Tools) -> State:
        (found,) = self.want_many([target], params, tools)
        return found or {}

    def want_many(self, targets: Sequence[Target], params: PrepareParams, tools: Tools) -> list[State | None]:
        policy = preparation_policy(tools)
        rows = {t.serial: row for t, row in zip(_chosen(params, tools), params.rows, strict=True)}
        pinned = {"pack": params.pack}
        return [{**wanted_state(rows[target.key], policy, params.clean), **pinned} for target in targets]

    def read(self, target: Target, tools: Tools) -> State | None:
        (state,) = self.read_planned([target], [None], tools)
        if isinstance(state, UnyoError):
            raise state
        return state

    def read_planned(
        self, targets: Sequence[Target], wanted: Sequence[State | None], tools: Tools
    ) -> list[State | UnyoError | None]:
        known = tools.assets.terminals([target.key for target in targets])
        terminals = [known[target.key] for target in targets]
        asked = [want or {} for want in wanted]
        rules = [_rules(terminal, want, tools) for terminal, want in zip(terminals, asked, strict=True)]
        states = read_terminals(terminals, asked, rules, preparation_policy(tools), tools)
        return [
            state if state is None or isinstance(state, UnyoError) else {**state, "pack": want.get("pack")}
            for state, want in zip(states, asked, strict=True)
        ]

    def read_changes(self, changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
        return self.read_planned([c.target for c in changes], [c.after for c in changes], tools)

    def write(self, change: Change, tools: Tools) -> None:
        (error,) = self.write_many([change], tools)
        if error is not None:
            raise error

    def write_many(self, changes: Sequence[Change], tools: Tools) -> list[UnyoError | None]:
        """Wiping and printers first, the play with its restarts last; the ledger follows what worked."""
        policy = preparation_policy(tools)
        known = tools.assets.terminals([change.target.key for change in changes])
        terminals = [known[change.target.key] for change in changes]
        errors = _wiped(changes, terminals, policy, tools)
        errors = _queued(changes, terminals, errors, policy, tools)
        errors = _played(changes, terminals, errors, policy, tools)
        for change, terminal, error in zip(changes, terminals, errors, strict=True):
            if error is None:
                tools.assets.amend(terminal.serial, _ledger_fields(change.after or {}, terminal), self.name)
        return errors

    def describe(self, change: Change) -> Change:
        wipes = bool((change.before or {}).get("profiles"))
        return replace(change, sort="prepare", removes=wipes, undoable=False)

    def unreadable(self, target: Target, want: State | None, error: UnyoError) -> Change | UnyoError:
        blind = not_foreseen(target, want, error)
        if isinstance(blind, UnyoError):
            return blind
        return replace(blind, removes="profiles" in (want or {}), undoable=False)

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        headings = (
            *(Text("Terminal", "端末"), Text("Item", "項目"), Text("Found", "確認結果")),
            *(Text("Met", "判定"), Text("Outcome", "結果")),
        )
        rows = tuple(row for step in steps for row in _checked(step))
        note = Text("every item as it was read back", "各項目を読み戻した結果")
        return (Table(Text("Check list", "チェックリスト"), note, headings, rows),)


def _chosen(params: PrepareParams, tools: Tools) -> list[Terminal]:
    """One terminal per row, in the rows' order; BadInput where two rows mean the same one."""
    found = [tools.assets.select(Selection(terminal=(row.terminal,)))[0] for row in params.rows]
    _check_once([terminal.serial for terminal in found], [row.terminal for row in params.rows])
    return found


def _check_once(keys: Sequence[str], named: Sequence[str]) -> None:
    for i, key in enumerate(keys):
        if key and key in keys[:i]:
            raise BadInput(
                "prepare.twice",
                Text("two rows mean the same", "同じものを指す行が2つあります"),
                Text("leave one of them", "どちらか一方にする"),
                target=f"rows[{keys.index(key) + 1}], rows[{i + 1}]: {named[i]}",
            )


def _rules(terminal: Terminal, wanted: State, tools: Tools) -> list[Rule]:
    """The rules that are judged and applied here: no exception holds, and none could cut the way back."""
    if not wanted.get("pack"):
        return []
    today, exemptions = in_jst(tools.clock.now()).date(), tools.baselines.exceptions()
    found = []
    for rule in tools.baselines.pack(str(wanted["pack"])).rules:
        exemption = exemption_for(rule.id, terminal, exemptions)
        exempt = exemption is not None and exemption.holds(today)
        if rule.suits(terminal) and not rule.cuts and not exempt:
            found.append(rule)
    return found


def _wiped(
    changes: Sequence[Change], terminals: Sequence[Terminal], policy: PreparationPolicy, tools: Tools
) -> list[UnyoError | None]:
    asked = {"mode": "wipe", "keep": list(policy.keep_sids), "folders": list(policy.shared_folders)}
    wipes = [_differs(change, "profiles") for change in changes]
    errors = [
        in_use((change.before or {}).get("_loaded", ())) if wiped else None
        for change, wiped in zip(changes, wipes, strict=True)
    ]
    due = [i for i, wiped in enumerate(wipes) if wiped and errors[i] is None]
    answers = tools.terminals.run("wipe", [Errand(terminals[i], asked) for i in due], timeout=WIPE_SECONDS)
    for i, answer in zip(due, answers, strict=True):
        errors[i] = answer if isinstance(answer, UnyoError) else left_over(answer)
    return errors


def _queued(
    changes: Sequence[Change],
    terminals: Sequence[Terminal],
    errors: Sequence[UnyoError | None],
    policy: PreparationPolicy,
    tools: Tools,
) -> list[UnyoError | None]:
    due = [i for i, c in enumerate(changes) if errors[i] is None and _differs(c, "printers_missing")]
    errands = []
    for i in due:
        queues = queues_for(terminals[i], changes[i].after or {}, policy)
        listed = [{"name": q.name, "address": q.address, "driver": q.driver} for q in queues]
        errands.append(Errand(terminals[i], {"mode": "apply", "queues": listed}))
    found = list(errors)
    for i, answer in zip(due, tools.terminals.run("printers", errands, timeout=PRINTER_SECONDS), strict=True):
        if isinstance(answer, UnyoError):
            found[i] = answer
        elif answer["errors"]:
            said = "; ".join(f"{name}: {why}" for name, why in answer["errors"].items())
            found[i] = _incomplete("prepare.printers", said)
    return found


def _played(
    changes: Sequence[Change],
    terminals: Sequence[Terminal],
    errors: Sequence[UnyoError | None],
    policy: PreparationPolicy,
    tools: Tools,
) -> list[UnyoError | None]:
    by_play = ("name", "domain", "software_missing", "baseline_failed")
    due = [i for i, c in enumerate(changes) if errors[i] is None and any(_differs(c, key) for key in by_play)]
    hosts = [PlayHost(terminals[i], _variables(changes[i], terminals[i], policy, tools)) for i in due]
    found = list(errors)
    if hosts:
        for i, result in zip(
            due, tools.playbooks.play("terminals.prepare", hosts, timeout=PLAY_SECONDS), strict=True
        ):
            found[i] = result.error
    return found


def _variables(
    change: Change, terminal: Terminal, policy: PreparationPolicy, tools: Tools
) -> Mapping[str, Any]:
    before, after = change.before or {}, change.after or {}
    failed = set(before.get("baseline_failed", ()))
    missing = set(before.get("software_missing", ()))
    variables: dict[str, Any] = {
        "terminal_identity_name": after.get("name", ""),
        "terminal_software_packages": [
            {key: value for key, value in program.as_json().items() if value}
            for program in policy.software
            if program.name in missing
        ],
        "terminal_baseline_settings": [
            {"id": rule.id, **rule.setting.as_json(), "value": rule.wanted}
            for rule in _rules(terminal, after, tools)
            if rule.id in failed
        ],
    }
    if _differs(change, "domain"):
        variables |= {
            "terminal_identity_domain": policy.domain,
            "terminal_identity_ou": policy.ou,
            "terminal_identity_join_user": policy.join_user,
            "terminal_identity_join_password": SecretRef(policy.join_secret).as_state(),
        }
    return variables


def _differs(change: Change, key: str) -> bool:
    after = change.after or {}
    return key in after and (change.before or {}).get(key) != after[key]


def _ledger_fields(after: State, terminal: Terminal) -> dict[str, str]:
    fields = {name: str(after[name]) for name in LEDGER_FIELDS if name in after}
    if after.get("user"):
        fields["state"] = TerminalState.IN_USE.value
    name = str(after.get("name", ""))
    if name and name != terminal.name:
        fields["name"] = name
        host, dot, domain = terminal.address.partition(".")
        if dot and host.casefold() == terminal.name.casefold():
            fields["address"] = f"{name.lower()}.{domain}"
    return fields


def _incomplete(code: str, said: str) -> UnyoError:
    return TargetSaidNo(
        code,
        Text("the terminal could not do all of it", "端末で一部を実施できませんでした"),
        Text(
            "see the answer, mend it, then unyo jobs resume",
            "応答を確認し、直してから unyo jobs resume を実行",
        ),
        detail=said,
    )


def _listed(found: Sequence[object]) -> str:
    """A few by name; a fresh terminal breaks a hundred rules."""
    named = ", ".join(str(item) for item in found[:8])
    return named if len(found) <= 8 else f"{named} … ({len(found)})"


def _checked(step: StepEnd) -> list[tuple[Cell, ...]]:
    seen, after = step.seen or {}, step.after or {}
    good = step.outcome in (Outcome.DONE, Outcome.UNCHANGED)
    ending: Cell = step.outcome.label if step.outcome else Text("not yet", "未実施")
    rows: list[tuple[Cell, ...]] = []
    for key, title in ITEMS.items():
        if key not in after and key != "bitlocker":
            continue
        found = seen.get(key)
        shown = _listed(found) if isinstance(found, list) else found
        met: Cell = Text("recorded", "記録") if key not in after else bool(good or found == after[key])
        rows.append((step.target.label, title, shown if shown != "" else "-", met, ending))
    return rows
