"""One task's event as a result: its status, its diff, and whether check mode could look ahead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from unyo.core.playbook import TaskResult, TaskStatus

MESSAGE_LENGTH = 400
ANSWER = "unyo_answer"

# Texts with which modules say that they were asked to do nothing, not that they could not look.
_NOT_NEEDED = ("skipped, since", "did not run command since")
_NOT_LOOKED = ("skipped, running in check mode",)


def result_of_task(data: Mapping[str, Any], check: bool, unforeseen: Collection[str]) -> TaskResult:
    """``unforeseen`` are the registered names of earlier tasks of this host that could not look ahead."""
    before, after = _diff(data.get("diff"))
    status = TaskStatus(data["status"])
    message = "" if status in (TaskStatus.OK, TaskStatus.CHANGED) else said_by(data)
    foreseen = not check or _foreseen(data, status, unforeseen)
    return TaskResult(
        data["task"],
        data["action"],
        status if foreseen else TaskStatus.SKIPPED,
        item=str(data.get("item", "")),
        before=before,
        after=after,
        foreseen=foreseen,
        message=message,
    )


def answer_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a task publishes: its result if that is registered as ``unyo_answer`` or ``<role>_answer``.

    A script of win_powershell answers with ``$Ansible.Result``; another module's result counts as far as it
    has a mapping named ``unyo_answer``.
    """
    if data["register"] != ANSWER and not data["register"].endswith("_answer"):
        return {}
    for key in (ANSWER, "result"):
        if isinstance(data.get(key), Mapping):
            found: Mapping[str, Any] = data[key]
            return found
    return {}


def said_by(data: Mapping[str, Any]) -> str:
    """What came back, short: the message, and standard error where there is some."""
    if data["no_log"]:
        return ""
    parts = [data.get("reason"), data.get("msg"), _first_error(data.get("error")), data.get("stderr")]
    parts += [data.get("module_stderr"), _errors_of(data.get("result"))]
    words = [" ".join(str(part).split()) for part in parts if part]
    text = ": ".join(dict.fromkeys(word for word in words if word))
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def _foreseen(data: Mapping[str, Any], status: TaskStatus, unforeseen: Collection[str]) -> bool:
    message = str(data.get("msg", "")).lower()
    if status is TaskStatus.CHANGED:
        return not message.startswith(_NOT_LOOKED)
    if status is not TaskStatus.SKIPPED:
        return True
    if data["false_condition"]:
        # A condition on the result of a task that could not look ahead is no more than a guess.
        return not any(name in data["false_condition"] for name in unforeseen)
    return bool(data["skipped_because"]) or message.startswith(_NOT_NEEDED)


def _diff(diff: Any) -> tuple[Any, Any]:
    """Before and after; of several parts, those that differ, one after the other."""
    if isinstance(diff, Mapping):
        if "prepared" in diff:
            return None, diff["prepared"]
        return _lasting(diff.get("before")), _lasting(diff.get("after"))
    if not isinstance(diff, list):
        return None, None
    pairs = [_diff(part) for part in diff]
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    if len(pairs) <= 1:
        return pairs[0] if pairs else (None, None)
    return [before for before, _ in pairs], [after for _, after in pairs]


def _errors_of(result: Any) -> str:
    """unyo's scripts answer with what failed by name."""
    errors = result.get("errors") if isinstance(result, Mapping) else None
    return (
        "; ".join(f"{name}: {text}" for name, text in errors.items()) if isinstance(errors, Mapping) else ""
    )


def _lasting(side: Any) -> Any:
    """Without the times of a touched file: they differ at each look, and no plan would ever hold."""
    if not isinstance(side, Mapping):
        return side
    return {key: value for key, value in side.items() if key not in ("mtime", "atime")}


def _first_error(error: Any) -> str:
    """win_powershell gives its errors as a list of records."""
    if isinstance(error, list) and error and isinstance(error[0], Mapping):
        return str(error[0].get("output") or error[0].get("exception") or "")
    return ""
