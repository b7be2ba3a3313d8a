"""What is heard of a play, event by event, and what it means for each host in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unyo.connectors.ansible import faults
from unyo.connectors.ansible.desk import Desk
from unyo.connectors.ansible.reaching import broke, not_reached, reply_lost
from unyo.connectors.ansible.task import MESSAGE_LENGTH, answer_of, result_of_task, said_by
from unyo.core.errors import UnyoError
from unyo.core.playbook import HostResult, PlayHost, TaskResult, TaskStatus

_OUTPUT_KEPT = 20


class Hearing:
    """Collects the events of one play; hosts are known by Ansible's names for them."""

    def __init__(self, names: Sequence[str], hosts: Sequence[PlayHost], desk: Desk, check: bool) -> None:
        self._terminals = {name: host.terminal for name, host in zip(names, hosts, strict=True)}
        self._desk = desk
        self._check = check
        self._tasks: dict[str, list[TaskResult]] = defaultdict(list)
        self._answers: dict[str, dict[str, Any]] = defaultdict(dict)
        self._errors: dict[str, UnyoError] = {}
        self._unforeseen: dict[str, set[str]] = defaultdict(set)
        self._with_items: set[tuple[str, str]] = set()
        self._end: Mapping[str, Mapping[str, int]] | None = None
        self._output: list[str] = []
        self.began = False
        self.matched_none = False

    def take(self, event: dict[str, Any]) -> bool:
        """One event of ansible-runner's stream. Always False: the runner writes nothing of it to a file."""
        kind, data = event.get("event"), event.get("event_data") or {}
        if kind == "unyo_task":
            self._take_task(self._desk.scrub(data))
        elif kind == "unyo_end":
            self._end = data
        elif kind == "unyo_start":
            self.began = True
        elif kind == "unyo_no_host":
            self.matched_none = True
        elif event.get("stdout", "").strip():
            self._output = [*self._output, event["stdout"].strip()][-_OUTPUT_KEPT:]
        return False

    @property
    def heard_any(self) -> bool:
        return bool(self._tasks)

    @property
    def output(self) -> str:
        """The last lines that ansible-playbook wrote itself, such as why it did not begin."""
        begin = next((i for i, line in enumerate(self._output) if line.startswith("[ERROR]")), -3)
        return self._desk.scrubbed(" ".join(self._output[begin:]))[:MESSAGE_LENGTH]

    def results(self, unfinished: Callable[[str], UnyoError]) -> list[HostResult]:
        """One result per host, in order; ``unfinished`` names why a terminal of that name did not finish."""
        return [
            HostResult(tuple(self._tasks[name]), self._answers[name], self._error(name, unfinished))
            for name in self._terminals
        ]

    def _take_task(self, data: dict[str, Any]) -> None:
        name = data["host"]
        if name not in self._terminals:
            return
        identity = (name, data["task_id"])
        if data["is_item"]:
            self._with_items.add(identity)
        # The sum of a loop says nothing that its items have not said, unless there were none.
        if not (data["has_items"] and identity in self._with_items):
            task = result_of_task(data, self._check, self._unforeseen[name])
            self._tasks[name].append(task)
            if not task.foreseen and data["register"]:
                self._unforeseen[name].add(data["register"])
        _merge(self._answers[name], answer_of(data))
        # A failed item is only an item: what counts is whether the loop as a whole failed.
        is_failure = data["status"] in (TaskStatus.FAILED, TaskStatus.UNREACHABLE)
        if is_failure and not data["is_item"] and not data["ignored"]:
            self._errors[name] = self._fault(name, data)

    def _fault(self, name: str, data: Mapping[str, Any]) -> UnyoError:
        terminal, said = self._terminals[name], said_by(data)
        result = data.get("result")
        if isinstance(result, Mapping) and "swapped" in result:
            return faults.swapped(terminal.name, terminal.serial, str(result["swapped"]))
        if data["status"] == TaskStatus.UNREACHABLE:
            return not_reached(terminal.name, said)
        if data["timed_out"]:
            return faults.hangs(terminal.name, data["task"])
        if broke(said):
            return reply_lost(terminal.name, said)
        items = [task.message for task in self._tasks[name] if task.task == data["task"] and task.item]
        said = next((text for text in reversed(items) if text), said) if data["has_items"] else said
        if data["no_log"]:
            refused = ", ".join(f"{path} ({code})" for path, code in self._desk.refused.items())
            said = f"secret not opened: {refused}" if refused else "hidden (no_log)"
        return faults.task_failed(terminal.name, data["task"], said)

    def _error(self, name: str, unfinished: Callable[[str], UnyoError]) -> UnyoError | None:
        shown, error = self._terminals[name].name, self._errors.get(name)
        if self._end is None:
            return error or unfinished(shown)
        # A failure that the playbook rescued is no failure of the host.
        if self._end["failures"].get(name) or self._end["dark"].get(name):
            return error or faults.nothing_heard(shown)
        return None if name in self._end["processed"] else faults.nothing_heard(shown)


def _merge(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Several tasks of a play may answer: mappings are joined, lists added up, else the last one holds."""
    for key, value in part.items():
        former = whole.get(key)
        if isinstance(former, dict) and isinstance(value, Mapping):
            _merge(former, value)
        elif isinstance(former, list) and isinstance(value, list):
            whole[key] = former + value
        else:
            whole[key] = value
