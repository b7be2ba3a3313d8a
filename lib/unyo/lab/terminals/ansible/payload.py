"""The stdin of Ansible's bootstrap wrapper: a first JSON, a line of zero bytes, the manifest, perhaps more input."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SEPARATOR = "\0\0\0\0"


class NotAManifest(Exception):
    """The input is not what Ansible 2.19's bootstrap wrapper reads."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the manifest: a script of the manifest and its parameters."""

    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Payload:
    """A decoded manifest; it has no repr because module arguments hold secrets."""

    actions: tuple[Action, ...]
    scripts: Mapping[str, Mapping[str, str]]
    minimum_powershell: str | None
    extra: Sequence[str]
    """Lines after the second separator: the input of the action."""

    def script(self, name: str) -> str:
        """The text of a script in the manifest."""
        if name not in self.scripts:
            raise NotAManifest(f"the manifest has no script {name!r}")
        return base64.b64decode(self.scripts[name]["script"]).decode("utf-8-sig")

    @property
    def arguments(self) -> dict[str, Any]:
        """The module's arguments with Ansible's own (``_ansible_check_mode`` …)."""
        for variable in self.actions[-1].params.get("Variables", ()):
            if variable["Name"] == "complex_args":
                return dict(variable["Value"])
        return {}


def decode(stdin: bytes) -> Payload:
    """Read the input; NotAManifest where it is something else."""
    first, second, extra = _parts(stdin.decode("utf-8"))
    try:
        wrapper, manifest = json.loads(first), json.loads(second)
        actions = tuple(Action(each["name"], each["params"] or {}) for each in manifest["actions"])
        scripts = manifest["scripts"]
        minimum = wrapper["params"]["MinPSVersion"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAManifest(f"{type(error).__name__} in the manifest") from None
    if not actions:
        raise NotAManifest("the manifest has no action")
    return Payload(actions, scripts, minimum, extra)


def _parts(text: str) -> tuple[str, str, Sequence[str]]:
    """The first JSON, the manifest and the lines of input after it.

    pywinrm sends the bytes as they are; pypsrp sends one line an object, so line ends may have become CRLF.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    marks = [at for at, line in enumerate(lines) if line == _SEPARATOR]
    if not marks:
        raise NotAManifest("there is no line of four zero bytes")
    end = marks[1] if len(marks) > 1 else len(lines)
    extra = lines[end + 1 :]
    while extra and not extra[-1]:
        extra.pop()
    return "\n".join(lines[: marks[0]]), "\n".join(lines[marks[0] + 1 : end]), extra
