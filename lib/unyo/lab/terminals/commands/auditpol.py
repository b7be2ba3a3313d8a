"""auditpol.exe: the audit policy by subcategory, shown, set, backed up and restored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine.audit import CATEGORIES, FAILURE, SETTINGS, SUCCESS, Subcategory
from unyo.lab.terminals.powershell.commands import ProgramCall, program

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_COLUMNS = {
    "en-US": (
        "Machine Name",
        "Policy Target",
        "Subcategory",
        "Subcategory GUID",
        "Inclusion Setting",
        "Exclusion Setting",
    ),
    "ja-JP": (
        "コンピューター名",
        "ポリシー ターゲット",
        "サブカテゴリ",
        "サブカテゴリの GUID",
        "包含設定",
        "除外設定",
    ),
}
_SYSTEM = {"en-US": "System", "ja-JP": "システム"}
_OK = {"en-US": "The command was successfully executed.", "ja-JP": "コマンドは正常に実行されました。"}
_BAD = {
    "en-US": "Error 0x00000057 occurred:\r\nThe parameter is incorrect.",
    "ja-JP": "エラー 0x00000057 が発生しました:\r\nパラメーターが間違っています。",
}
_OPTIONS = ("CrashOnAuditFail", "FullPrivilegeAuditing", "AuditBaseObjects", "AuditBaseDirectories")
_PARAMETER_IS_WRONG = 87


@program("auditpol.exe")
def auditpol(call: ProgramCall) -> int:
    verb, *rest = [argument.strip() for argument in call.arguments] or [""]
    given: dict[str, str] = {}
    for argument in rest:
        name, _, value = argument.removeprefix("/").partition(":")
        given[name.lower()] = value.strip('"')
    work = _VERBS.get(verb.lower())
    if work is None:
        call.unsupported(" ".join(call.arguments))
    return work(call, given)


def _clear(call: ProgramCall, given: dict[str, str]) -> int:
    del given
    for subcategory in call.machine.audit.table.values():
        call.machine.audit.set(subcategory.guid, 0)
    call.write(_OK[call.machine.locale])
    return 0


def _chosen(call: ProgramCall, given: dict[str, str]) -> list[Subcategory] | None:
    """The subcategories of /category or /subcategory, by GUID or by the machine's own names."""
    policy = call.machine.audit
    if "subcategory" in given:
        found = [policy.find(name.strip('" ')) for name in given["subcategory"].split(",")]
        return None if None in found else [s for s in found if s is not None]
    wanted = given.get("category", "")
    if wanted == "*":
        return policy.table.values()
    names = {name.strip('" ').lower() for name in wanted.split(",")}
    japanese = call.machine.locale == "ja-JP"
    known = {
        english
        for english, (guid, translated) in CATEGORIES.items()
        if {guid.lower(), (translated if japanese else english).lower()} & names
    }
    return policy.table.where(lambda s: s.category in known) if known else None


def _fail(call: ProgramCall) -> int:
    call.write_error(_BAD[call.machine.locale])
    return _PARAMETER_IS_WRONG


def _get(call: ProgramCall, given: dict[str, str]) -> int:
    for name in given.keys() - {"category", "subcategory", "r"}:
        call.unsupported(f"/get /{name}")
    chosen = _chosen(call, given)
    if chosen is None:
        return _fail(call)
    machine, words = call.machine, SETTINGS[call.machine.locale]
    if "r" in given:
        call.write("")
        call.write(",".join(_COLUMNS[machine.locale]))
        for s in chosen:
            call.write(
                ",".join((machine.name, _SYSTEM[machine.locale], s.name, s.guid, words[s.audited], ""))
            )
        return 0
    japanese = machine.locale == "ja-JP"
    call.write("システム監査ポリシー" if japanese else "System audit policy")
    call.write(
        f"{'カテゴリ/サブカテゴリ' if japanese else 'Category/Subcategory':<40}{'設定' if japanese else 'Setting'}"
    )
    for english, (_, translated) in CATEGORIES.items():
        here = [s for s in chosen if s.category == english]
        if here:
            call.write(translated if japanese else english)
            for s in here:
                call.write(f"  {s.name:<38}{words[s.audited]}")
    return 0


def _set(call: ProgramCall, given: dict[str, str]) -> int:
    for name in given.keys() - {"category", "subcategory", "success", "failure"}:
        call.unsupported(f"/set /{name}")
    chosen = _chosen(call, given)
    switches = {"enable": True, "disable": False}
    for name in ("success", "failure"):
        if name in given and given[name].lower() not in switches:
            return _fail(call)
    if not chosen:
        return _fail(call)
    for subcategory in chosen:
        audited = subcategory.audited
        for name, bit in (("success", SUCCESS), ("failure", FAILURE)):
            # Without /success and /failure success is switched on.
            on = switches[given[name].lower()] if name in given else None
            if on is None and bit == SUCCESS and "failure" not in given:
                on = True
            if on is not None:
                audited = audited | bit if on else audited & ~bit
        call.machine.audit.set(subcategory.guid, audited)
    call.write(_OK[call.machine.locale])
    return 0


def _ansi(machine: Machine) -> str:
    return "cp932" if machine.locale == "ja-JP" else "cp1252"


def _backup(call: ProgramCall, given: dict[str, str]) -> int:
    machine = call.machine
    words = SETTINGS[machine.locale]
    table: list[Iterable[str]] = [(*_COLUMNS["en-US"], "Setting Value")]
    for s in machine.audit.table.values():
        table.append((machine.name, "System", s.name, s.guid, words[s.audited], "", str(s.audited)))
    table += [(machine.name, "", f"Option:{name}", "", "Disabled", "", "0") for name in _OPTIONS]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table)
    try:
        machine.files.write(
            given.get("file", ""), out.getvalue().encode(_ansi(machine), "replace"), machine.now()
        )
    except (FileNotFoundError, IsADirectoryError):
        call.write_error("Error 0x00000003 occurred:\r\nThe system cannot find the path specified.")
        return 3
    call.write(_OK[machine.locale])
    return 0


def _restore(call: ProgramCall, given: dict[str, str]) -> int:
    machine = call.machine
    file = machine.files.find(given.get("file", ""))
    if file is None:
        call.write_error("Error 0x00000002 occurred:\r\nThe system cannot find the file specified.")
        return 2
    for row in csv.reader(io.StringIO(file.data().decode(_ansi(machine), "replace"))):
        if len(row) >= 7 and row[3].startswith("{") and row[6].isdigit():
            if machine.audit.table.get(row[3]) is None:
                call.unsupported(f"the subcategory {row[3]}")
            machine.audit.set(row[3], int(row[6]) & 3)
    call.write(_OK[machine.locale])
    return 0


_VERBS = {"/get": _get, "/set": _set, "/backup": _backup, "/restore": _restore, "/clear": _clear}
