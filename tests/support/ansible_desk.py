"""One simulated terminal in this process, and Ansible in front of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.ansible_payloads import Payloads
from unyo.lab.terminals.ansible.running import run_manifest
from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.powershell_process import Finished


@dataclass(frozen=True)
class Desk:
    """One terminal; ``run`` is a task."""

    machine: Machine
    payloads: Payloads

    def run(self, module: str, **arguments: Any) -> Mapping[str, Any]:
        """What the task answers."""
        return self.answer(self.payloads.module(module, arguments))

    def foresee(self, module: str, **arguments: Any) -> Mapping[str, Any]:
        """What the task answers in check mode."""
        return self.answer(self.payloads.module(module, arguments, check=True))

    def answer(self, stdin: bytes) -> Mapping[str, Any]:
        done = self.finish(stdin)
        answer: Mapping[str, Any] = json.loads(done.stdout)
        # win_powershell alone ends with ExitJson although its script has failed.
        assert done.exit_code == int(bool(answer.get("failed")) and "host_err" not in answer)
        return answer

    def finish(self, stdin: bytes) -> Finished:
        return run_manifest(self.machine, Fleet.user, stdin)

    def help(self, script: str, stdin: bytes | None = None, **parameters: Any) -> Finished:
        """Run one of the scripts of Ansible's connections."""
        return self.finish(self.payloads.side_script(script, parameters, stdin))
