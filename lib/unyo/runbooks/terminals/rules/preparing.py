"""How one terminal stands against what its next user needs, read by four scripts and judged here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.change import State
from unyo.core.errors import BadInput, UnyoError
from unyo.core.params import option
from unyo.core.terminal import Answer, Errand, Place, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.terminals.rules.preparation_policy import PreparationPolicy, Queue

READ_SECONDS = 180.0
_NAME = re.compile(r"(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,13}[A-Za-z0-9])?")
LEDGER_FIELDS = ("user", "department", "site", "floor", "room", "seat")
ITEMS = {
    "name": Text("name", "コンピュータ名"),
    "domain": Text("domain", "ドメイン"),
    "profiles": Text("left by former users", "前利用者のデータ"),
    "software_missing": Text("software missing", "未導入のソフトウェア"),
    "printers_missing": Text("printers missing", "未設定のプリンター"),
    "baseline_failed": Text("baseline rules not met", "不適合のセキュリティポリシー"),
    "user": Text("user in the ledger", "台帳の使用者"),
    "department": Text("department in the ledger", "台帳の部署"),
    "site": Text("site in the ledger", "台帳の拠点"),
    "floor": Text("floor in the ledger", "台帳の階"),
    "room": Text("room in the ledger", "台帳の室"),
    "seat": Text("seat in the ledger", "台帳の席"),
    "bitlocker": Text("BitLocker (recorded)", "BitLocker(記録)"),
}


@dataclass(frozen=True, slots=True)
class Preparation:
    """One terminal and its next user; what is left empty stays as it is."""

    terminal: str = option(
        Text("name or serial number", "端末名または製造番号"),
        column=("端末", "端末名", "製造番号", "シリアル番号"),
    )
    new_name: str = option(
        Text("its name from now on", "新しい端末名"), default="", column=("新端末名", "新コンピュータ名")
    )
    user: str = option(Text("staff number", "職員番号"), default="", column=("職員番号", "使用者"))
    department: str = option(Text("department code", "部署コード"), default="", column=("部署コード",))
    site: str = option(Text("site", "拠点"), default="", column=("拠点",))
    floor: str = option(Text("floor", "階"), default="", column=("階",))
    room: str = option(Text("room", "室"), default="", column=("室", "部屋"))
    seat: str = option(Text("seat", "席"), default="", column=("席", "座席番号"))

    def check(self) -> None:
        if self.new_name and not _NAME.fullmatch(self.new_name):
            raise BadInput(
                "prepare.name",
                Text("this cannot be the name of a computer", "コンピュータ名として使えません"),
                Text(
                    "1 to 15 letters, digits and hyphens, not digits alone",
                    "英数字とハイフンの1〜15文字(数字のみは不可)で指定する",
                ),
                target=f"new_name: {self.new_name}",
            )

    def wanted_fields(self) -> dict[str, str]:
        return {name: value for name in LEDGER_FIELDS if (value := getattr(self, name))}


def wanted_state(row: Preparation, policy: PreparationPolicy, clean: bool) -> State:
    """What the terminal must be like; lists are of what is missing or left over, so all must be empty."""
    state: dict[str, Any] = {"software_missing": [], "printers_missing": [], "baseline_failed": []}
    if row.new_name:
        state["name"] = row.new_name.upper()
    if policy.domain:
        state["domain"] = policy.domain.lower()
    if clean:
        state["profiles"] = []
    return {**state, **row.wanted_fields()}


def place_after(terminal: Terminal, wanted: State) -> Place:
    """Where it will stand: printers belong to that place."""
    now = terminal.place
    return Place(
        str(wanted.get("site", now.site)),
        str(wanted.get("floor", now.floor)),
        str(wanted.get("room", now.room)),
    )


def queues_for(terminal: Terminal, wanted: State, policy: PreparationPolicy) -> list[Queue]:
    place = place_after(terminal, wanted)
    return [queue for queue in policy.printers if queue.stands_in(place)]


def read_terminals(
    terminals: Sequence[Terminal],
    wanted: Sequence[State],
    rules: Sequence[Sequence[Rule]],
    policy: PreparationPolicy,
    tools: Tools,
) -> list[State | UnyoError | None]:
    """The four scripts over all terminals; the first error of a terminal is its result."""
    wipe = {"mode": "status", "keep": list(policy.keep_sids), "folders": list(policy.shared_folders)}
    parts = ["identity", "domain", "software", "bitlocker", "reboot"]
    asked: dict[str, list[Mapping[str, Any]]] = {
        "facts": [{"parts": parts}] * len(terminals),
        "wipe": [wipe] * len(terminals),
        "printers": [{"mode": "status", "queues": []}] * len(terminals),
        "settings": [
            {"mode": "read", "settings": [{"id": rule.id, **rule.setting.as_json()} for rule in own]}
            for own in rules
        ],
    }
    answers = {
        script: tools.terminals.run(
            script,
            [Errand(terminal, given) for terminal, given in zip(terminals, parameters, strict=True)],
            timeout=READ_SECONDS,
        )
        for script, parameters in asked.items()
    }
    found: list[State | UnyoError | None] = []
    for i, terminal in enumerate(terminals):
        own = {script: answers[script][i] for script in asked}
        error = next((answer for answer in own.values() if isinstance(answer, UnyoError)), None)
        found.append(error if error is not None else _state(terminal, wanted[i], rules[i], policy, own))
    return found


def _state(
    terminal: Terminal,
    wanted: State,
    rules: Sequence[Rule],
    policy: PreparationPolicy,
    answers: Mapping[str, Answer | UnyoError],
) -> State:
    facts, wipe, printers, settings = (
        _sure(answers[name]) for name in ("facts", "wipe", "printers", "settings")
    )
    installed = {item["name"] for item in facts.get("software", ())}
    queues = printers["queues"]
    place = terminal.place
    ledger = {
        "user": terminal.user,
        "department": terminal.department,
        **{name: getattr(place, name) for name in ("site", "floor", "room", "seat")},
    }
    return {
        "name": str(facts["identity"]["name"]).upper(),
        "domain": str(facts["domain"]["name"]).lower() if facts["domain"]["joined"] else "",
        "profiles": sorted([*wipe["profiles"], *wipe["bins"], *wipe["files"], *wipe["accounts"]]),
        "software_missing": [item.name for item in policy.software if item.name not in installed],
        "printers_missing": [
            queue.name
            for queue in queues_for(terminal, wanted, policy)
            if queues.get(queue.name) != {"address": queue.address, "driver": queue.driver}
        ],
        "baseline_failed": [rule.id for rule in rules if _breaks(rule, settings)],
        **ledger,
        "bitlocker": [f"{volume['drive']} {volume['protection']}" for volume in facts.get("bitlocker", ())],
        "_loaded": wipe["loaded"],
        "_reboot_pending": bool(facts["reboot"]["pending"]),
    }


def _breaks(rule: Rule, settings: Mapping[str, Any]) -> bool:
    """A service that is not installed breaks no rule; what cannot be read cannot be called kept."""
    value = settings["values"].get(rule.id)
    if rule.id in settings["errors"]:
        return True
    return rule.applicable(value) and not rule.accepts(value)


def _sure(answer: Answer | UnyoError) -> Answer:
    if isinstance(answer, UnyoError):
        raise answer
    return answer
