"""Ansible's async: the module runs at once, and its result waits in a file for async_status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from unyo.lab.terminals.ansible.surroundings import Surroundings
from unyo.lab.terminals.powershell_process import Finished


def start(surroundings: Surroundings, params: Mapping[str, Any], done: Finished) -> Finished:
    """async_wrapper.ps1: the answer of a started job; ``done`` is what the module has answered meanwhile."""
    job = str(params["AsyncJid"])
    machine, folder = surroundings.machine, surroundings.expand(str(params["AsyncDir"]))
    result = json.loads(done.stdout) | {"started": 1, "finished": 1, "ansible_job_id": job}
    machine.files.make_folder(folder, machine.now())
    path = f"{folder}\\{job}"
    machine.files.write(path, json.dumps(result, ensure_ascii=False).encode(), machine.now())
    answer = {
        "ansible_job_id": job,
        "changed": False,
        "finished": 0,
        "results_file": path,
        "started": 1,
        "_ansible_suppress_tmpdir_delete": True,
    }
    return Finished(json.dumps(answer).encode() + b"\r\n", b"", 0)
