"""schtasks.exe: /query /fo csv /nh, /run and /delete /f of one task by its full name."""

from __future__ import annotations

from unyo.lab.terminals.machine.firing import run_task
from unyo.lab.terminals.machine.tasks import Task
from unyo.lab.terminals.powershell.commands import ProgramCall, program

_MISSING = {
    "en-US": "ERROR: The system cannot find the file specified.",
    "ja-JP": "エラー: 指定されたファイルが見つかりません。",
}


@program("schtasks.exe")
def schtasks(call: ProgramCall) -> int:
    words = [word.lower() if word.startswith("/") else word for word in call.arguments]
    verb = words[0] if words else ""
    if verb not in ("/query", "/run", "/delete") or "/tn" not in words:
        call.unsupported(" ".join(call.arguments))
    if set(words) & {"/v", "/xml", "/s", "/u"} or (verb == "/delete" and "/f" not in words):
        call.unsupported(" ".join(call.arguments))
    if verb == "/query" and not {"/fo", "/nh"} <= set(words):
        call.unsupported("/query in another form than /fo csv /nh")
    task = _task(call, words[words.index("/tn") + 1])
    machine, japanese = call.machine, call.machine.locale == "ja-JP"
    if task is None:
        call.write_error(_MISSING[machine.locale])
        return 1
    if verb == "/query":
        due = task.next_run(machine.now())
        state = (
            {"Ready": "準備完了", "Running": "実行中", "Disabled": "無効"}[task.state]
            if japanese
            else task.state
        )
        call.write(f'"{task.path}{task.name}","{due.isoformat() if due else "N/A"}","{state}"')
    elif verb == "/run":
        run_task(machine, task, machine.now())
    else:
        machine.tasks.remove(task)
    return 0


def _task(call: ProgramCall, full: str) -> Task | None:
    return call.machine.tasks.table.get(full if full.startswith("\\") else f"\\{full}")
