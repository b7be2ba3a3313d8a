"""Ansible callback ``unyo_events``: tells unyo, through ansible-runner's stream, how each task ended, and no more."""

from __future__ import annotations

import base64
import json
import sys
import uuid
from collections.abc import Mapping
from typing import Any

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import lookup_loader

DOCUMENTATION = """
    name: unyo_events
    type: stdout
    short_description: Results for unyo
    description:
      - Writes the events that ansible-runner reads from standard output, complete in themselves. Nothing is written
        to files, and of a result only what unyo keeps is sent; module arguments never are.
"""

_ESCAPE = "\x1b"
_END = "e30="  # {}


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Named by Ansible's convention."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "unyo_events"

    def v2_playbook_on_start(self, playbook: Any) -> None:
        # Loaded once here, not anew in each of the processes that are forked for tasks.
        lookup_loader.get("unyo_secret", class_only=True)
        _emit("unyo_start", {})

    def v2_playbook_on_no_hosts_matched(self) -> None:
        _emit("unyo_no_host", {})

    def v2_runner_on_ok(self, result: Any) -> None:
        self._tell("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._tell("failed", result, ignored=ignore_errors)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._tell("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._tell("unreachable", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._tell("ok", result, is_item=True)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._tell("failed", result, is_item=True)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._tell("skipped", result, is_item=True)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        names = ("processed", "ok", "failures", "dark")
        _emit("unyo_end", {name: dict(getattr(stats, name)) for name in names})

    def _tell(self, status: str, result: Any, ignored: bool = False, is_item: bool = False) -> None:
        task, answer = result.task, result.result
        silent = bool(task.no_log is True or answer.get("_ansible_no_log") or "censored" in answer)
        told = {
            "host": result.host.get_name(),
            "status": "changed" if status == "ok" and answer.get("changed") else status,
            "task": result.task_fields.get("name") or task.action,
            "action": task.resolved_action or task.action,
            "task_id": str(task._uuid),
            "ignored": ignored,
            "is_item": is_item,
            "has_items": task.loop is not None and not is_item,
            "register": task.register or "",
            "no_log": silent,
            "timed_out": "timedout" in answer,
            "skipped_because": str(answer.get("skip_reason", "")),
            "false_condition": str(answer.get("false_condition", "")),
        }
        _emit("unyo_task", told if silent else told | self._content(answer, is_item))

    def _content(self, answer: Mapping[str, Any], is_item: bool) -> dict[str, Any]:
        kept = ("msg", "rc", "stderr", "module_stderr", "diff", "result", "unyo_answer", "error", "reason")
        content = {name: answer[name] for name in kept if answer.get(name) not in (None, "", [], {})}
        if is_item:
            content["item"] = str(self._get_item_label(answer))
        return content


def _emit(event: str, data: Mapping[str, Any]) -> None:
    """One event between the marks by which ansible-runner recognises it; all that it says is in the mark."""
    text = json.dumps({"uuid": str(uuid.uuid4()), "event": event, "event_data": data}, default=str)
    code = base64.b64encode(text.encode("utf-8", "replace")).decode()
    marks = "".join(f"{_ESCAPE}[K{part}{_ESCAPE}[{len(part)}D{_ESCAPE}[K" for part in (code, _END))
    sys.stdout.write(marks)
    sys.stdout.flush()
