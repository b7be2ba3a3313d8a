"""win_updates: its start, poll and cancel operations, and all at once for async."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine import updates as kinds
from unyo.lab.terminals.machine.restarting import UPDATE_PENDING
from unyo.lab.terminals.machine.updates import Update

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

SUCCEEDED, FAILED = 2, 4
ALL_UPDATES_FAILED = -2145124318
"""WU_E_ALL_UPDATES_FAILED, 0x80240022, as a signed number."""
_RUNNING: WeakKeyDictionary[Machine, dict[str, list[dict[str, Any]]]] = WeakKeyDictionary()
"""What started runs have to say, by the name of their pipe."""
_CATEGORIES = {
    kinds.SECURITY: ("Security Updates", "セキュリティ問題の修正プログラム"),
    kinds.CRITICAL: ("Critical Updates", "重要な更新"),
    kinds.DEFINITIONS: ("Definition Updates", "定義更新プログラム"),
    kinds.DRIVERS: ("Drivers", "ドライバー"),
    kinds.ROLLUPS: ("Update Rollups", "更新プログラムのロールアップ"),
    kinds.UPDATES: ("Updates", "更新プログラム"),
}
_LONG_NAMES = {
    "CriticalUpdates": "Critical Updates",
    "DefinitionUpdates": "Definition Updates",
    "DeveloperKits": "Developer Kits",
    "FeaturePacks": "Feature Packs",
    "SecurityUpdates": "Security Updates",
    "ServicePacks": "Service Packs",
    "UpdateRollups": "Update Rollups",
}


@module("ansible.windows.win_updates")
def win_updates(task: Task) -> None:
    options = task["_operation_options"] or {}
    runs = _RUNNING.setdefault(task.machine, {})
    match task.text("_operation").lower():
        case "poll":
            task.result["output"] = runs.get(options["pipe_name"]) or task.fail(
                "Timed out waiting for server pipe to be available"
            )
        case "cancel":
            runs.pop(str(options["cancel_id"]).removeprefix("Global\\"), None)
        case _ if options.get("wait"):
            _summary(task, _run(task))
        case _:
            pipe = f"Ansible.Windows.WinUpdates-{uuid.uuid4()}"
            runs[pipe] = _run(task)
            task.result["cancel_options"] = {"cancel_id": f"Global\\{pipe}", "task_pid": 4242}
            task.result["poll_options"] = {"pipe_name": pipe}


def _run(task: Task) -> list[dict[str, Any]]:
    """Search, download and install; gives what the module would report about it."""
    updates = task.machine.updates
    exit_result: dict[str, Any] = {
        "changed": False,
        "failed": False,
        "reboot_required": any(update.pending for update in updates.installed()),
        "action": None,
        "exception": None,
    }
    offered = updates.offered()
    reasons = {update.id: _reasons(task, update) for update in offered}
    chosen = [update for update in offered if not reasons[update.id]]
    said = [
        {"task": "started", "result": {}},
        {
            "task": "search_result",
            "result": {
                "updates": [_info(task, update) for update in offered],
                "filtered": [{"id": name, "reasons": why} for name, why in reasons.items() if why],
            },
        },
    ]
    state = task.text("state").lower()
    if task.check_mode or state == "searched" or not chosen:
        exit_result["changed"] = bool(chosen) and state != "searched"
    elif exit_result["reboot_required"]:
        _failed(exit_result, "A reboot is required before more updates can be installed")
    else:
        said += _install(task, chosen, state, exit_result)
    return [*said, {"task": "exit", "result": exit_result}]


def _install(
    task: Task, chosen: Sequence[Update], state: str, exit_result: dict[str, Any]
) -> list[dict[str, Any]]:
    updates, said = task.machine.updates, []
    exit_result["changed"] = True
    missing = [update for update in chosen if not update.downloaded]
    chosen = [update if update.downloaded else updates.download(update) for update in chosen]
    if missing:
        info = [{"id": update.id, "result_code": SUCCEEDED, "hresult": 0} for update in missing]
        said.append({"task": "download_result", "result": {"info": info}})
    if state == "downloaded":
        exit_result["changed"] = bool(missing)
        return said
    results = []
    for update in chosen:
        done = None if update.fails else updates.install(update, task.machine.now())
        results.append(
            {
                "id": update.id,
                "result_code": FAILED if done is None else SUCCEEDED,
                "hresult": ALL_UPDATES_FAILED if done is None else 0,
                "reboot_required": done is not None and done.pending,
            }
        )
    said.append({"task": "install_result", "result": {"info": results}})
    if any(result["reboot_required"] for result in results):
        exit_result["reboot_required"] = True
        task.machine.registry.make(UPDATE_PENDING)
    if any(update.fails for update in chosen):
        _failed(exit_result, "Failed to install all updates - see updates for more information")
    return said


def _failed(exit_result: dict[str, Any], message: str) -> None:
    exit_result["failed"] = True
    exit_result["exception"] = {"message": message, "exception": message}


def _category(task: Task, update: Update) -> str:
    """The name of the classification in the machine's language."""
    english, japanese = _CATEGORIES.get(update.category, (update.category, update.category))
    return japanese if task.machine.locale == "ja-JP" else english


def _kb(update: Update) -> list[str]:
    return [f"KB{update.kb.upper().removeprefix('KB')}"] if update.kb else []


def _reasons(task: Task, update: Update) -> list[str]:
    wanted = [_LONG_NAMES.get(str(name), str(name)).lower() for name in task["category_names"] or ()]
    accept, reject = task["accept_list"] or (), task["reject_list"] or ()
    reasons = {
        "accept_list": bool(accept) and not _matches(update, accept),
        "reject_list": bool(reject) and _matches(update, reject),
        "hidden": update.hidden,
        "category_names": bool(wanted)
        and "*" not in wanted
        and _category(task, update).lower() not in wanted,
    }
    return [name for name, applies in reasons.items() if applies]


def _matches(update: Update, patterns: Sequence[str]) -> bool:
    texts = (update.title, *_kb(update))
    return any(re.search(str(pattern), text, re.I) for pattern in patterns for text in texts)


def _info(task: Task, update: Update) -> dict[str, Any]:
    return {
        "id": update.id,
        "title": update.title,
        "description": "",
        "kb": _kb(update),
        "type": "Driver" if update.category == kinds.DRIVERS else "Software",
        "deployment_action": "Installation",
        "auto_select_on_websites": True,
        "browse_only": False,
        "revision_number": 200,
        "categories": [_category(task, update)],
        "is_installed": False,
        "is_hidden": update.hidden,
        "is_present": False,
        "reboot_required": False,
        "impact": "Normal",
        "reboot_behaviour": "CanRequestReboot" if update.restart else "NeverReboots",
        "is_beta": False,
        "is_downloaded": update.downloaded,
        "is_mandatory": False,
        "is_uninstallable": False,
        "auto_selection": "LetWindowsUpdateDecide",
        "auto_download": "LetWindowsUpdateDecide",
    }


def _summary(task: Task, said: Sequence[dict[str, Any]]) -> None:
    """The answer of a run that is waited for."""
    found: dict[str, dict[str, Any]] = {}
    filtered: dict[str, list[str]] = {}
    for part in said:
        result = part["result"]
        match part["task"]:
            case "search_result":
                filtered = {each["id"]: each["reasons"] for each in result["filtered"]}
                found = {each["id"]: _short(each) for each in result["updates"]}
            case "download_result" | "install_result":
                done = "downloaded" if part["task"] == "download_result" else "installed"
                for each in result["info"]:
                    if each["result_code"] == SUCCEEDED:
                        found[each["id"]][done] = True
                    else:
                        found[each["id"]]["failure_hresult_code"] = each["hresult"]
            case "exit":
                task.result |= {name: result[name] for name in ("changed", "reboot_required", "failed")}
                if result["exception"]:
                    task.result["msg"] = result["exception"]["message"]
    chosen = {name: info for name, info in found.items() if name not in filtered}
    task.result |= {
        "rebooted": False,
        "updates": chosen,
        "filtered_updates": {name: found[name] | {"filtered_reasons": why} for name, why in filtered.items()},
        "found_update_count": len(chosen),
        "installed_update_count": sum(info["installed"] for info in chosen.values()),
        "failed_update_count": sum("failure_hresult_code" in info for info in chosen.values()),
    }


def _short(update: dict[str, Any]) -> dict[str, Any]:
    return {
        "categories": update["categories"],
        "id": update["id"],
        "installed": False,
        "downloaded": False,
        "kb": [name.removeprefix("KB") for name in update["kb"]],
        "title": update["title"],
    }
