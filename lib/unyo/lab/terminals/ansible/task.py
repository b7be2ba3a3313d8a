"""One Ansible task on one terminal, as the module's code sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from unyo.lab.terminals.ansible.spec import BasicSpec, LegacySpec, NoSpec

if TYPE_CHECKING:
    from unyo.lab.terminals.ansible.surroundings import Surroundings
    from unyo.lab.terminals.machine.machine import Machine

_HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class ModuleFailed(Exception):
    """The module calls FailJson; ``extra`` goes into its result."""

    def __init__(self, message: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra = dict(extra or {})


class ModuleDone(Exception):
    """The module calls ExitJson before its end."""


@dataclass(repr=False)
class Task:
    """Parameters in, result out; no repr, because parameters hold secrets."""

    machine: Machine
    surroundings: Surroundings
    name: str
    spec: BasicSpec | LegacySpec | NoSpec
    params: dict[str, Any]
    check_mode: bool = False
    diff_mode: bool = False
    verbosity: int = 0
    no_log: set[str] = field(default_factory=set)
    result: dict[str, Any] = field(default_factory=lambda: {"changed": False})
    diff: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    deprecations: list[dict[str, str]] = field(default_factory=list)
    script: str = ""
    """The text of the module that Ansible sent."""

    def __getitem__(self, name: str) -> Any:
        return self.params.get(name)

    def text(self, name: str) -> str:
        """A parameter as text; empty where it is not given."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    @property
    def user(self) -> str:
        """Whom the module runs as."""
        return self.surroundings.user

    @property
    def acts(self) -> bool:
        """Not in check mode."""
        return not self.check_mode

    def changed(self) -> None:
        self.result["changed"] = True

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def fail(self, message: str, **extra: Any) -> NoReturn:
        """End as FailJson does."""
        raise ModuleFailed(message, extra)

    def done(self) -> NoReturn:
        """End as ExitJson does."""
        raise ModuleDone

    def unsupported(self, what: str) -> NoReturn:
        """Refuse what the simulation of this module cannot do; ``what`` never holds a parameter's value."""
        self.machine.unsupported(f"{self.name}: {what}")
        raise AssertionError("machine.unsupported() returned")

    def answer(self) -> dict[str, Any]:
        """The JSON object that Ansible reads."""
        answer = dict(self.result)
        if isinstance(self.spec, BasicSpec):
            answer.setdefault("invocation", {"module_args": without(self.params, self.no_log)})
        if self.warnings:
            answer["warnings"] = [*answer.get("warnings", ()), *self.warnings]
        if self.deprecations:
            answer["deprecations"] = self.deprecations
        if self.diff and self.diff_mode:
            answer["diff"] = self.diff
        return answer


def without(value: Any, secrets: set[str]) -> Any:
    """The value with everything that a no_log parameter said taken out."""
    if not secrets or value is None:
        return value
    if isinstance(value, dict):
        return {key: without(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list):
        return [without(inner, secrets) for inner in value]
    text = str(value)
    if text in secrets:
        return _HIDDEN
    hidden = text
    for secret in secrets:
        hidden = hidden.replace(secret, "********")
    if hidden == text:
        return value
    return hidden if isinstance(value, str) else _HIDDEN
