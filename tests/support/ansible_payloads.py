"""What Ansible itself would send for a module: built by Ansible's own code in a process of its own.

Usage: python -m support.ansible_payloads, then one JSON line {"module": NAME} a payload, answered in Base64.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SEPARATOR = b"\n\0\0\0\0\n"


class Payloads:
    """Payloads by module; the module's arguments are put into the manifest where Ansible puts them."""

    def __init__(self, home: Path) -> None:
        self._built: dict[str, bytes] = {}
        environment = {**os.environ, "ANSIBLE_HOME": str(home), "ANSIBLE_LOCAL_TEMP": str(home / "tmp")}
        environment["PYTHONPATH"] = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "support.ansible_payloads"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate()

    def side_script(self, script: str, parameters: Mapping[str, Any], stdin: bytes | None = None) -> bytes:
        """The input of one of the scripts beside modules, with more input behind it where given."""
        built = self._ask({"side_script": script, "parameters": parameters, "has_input": stdin is not None})
        return built + (stdin or b"")

    def module(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        check: bool = False,
        diff: bool = True,
        seconds: int = 0,
    ) -> bytes:
        """The payload of a task; ``seconds`` above 0 is its ``async``."""
        key = f"{name} {seconds}"
        if key not in self._built:
            self._built[key] = self._ask({"module": name, "async": seconds})
        wrapper, manifest = self._built[key].split(_SEPARATOR)
        content = json.loads(manifest)
        variable = content["actions"][-1]["params"]["Variables"][0]
        variable["Value"] |= {**arguments, "_ansible_check_mode": check, "_ansible_diff": diff}
        return _SEPARATOR.join((wrapper, json.dumps(content).encode()))

    def _ask(self, question: Mapping[str, Any]) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return base64.b64decode(self._process.stdout.readline())


def _module(name: str, seconds: int) -> bytes:
    from ansible.executor.module_common import modify_module
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import module_loader
    from ansible.template import Templar

    found = module_loader.find_plugin_with_context(name, mod_type=".ps1", collection_list=[])
    own = {
        "_ansible_module_name": name,
        "_ansible_verbosity": 0,
        "_ansible_no_log": False,
        "_ansible_debug": False,
        "_ansible_remote_tmp": "%TEMP%",
        "_ansible_keep_remote_files": False,
        "_ansible_version": "2.19.14",
    }
    built = modify_module(
        module_name=found.resolved_fqcn,
        module_path=found.plugin_resolved_path,
        module_args=own,
        templar=Templar(DataLoader()),
        task_vars={},
        module_compression="ZIP_STORED",
        environment={"ANSIBLE_ASYNC_DIR": "%TEMP%\\.ansible_async"} if seconds else {},
        async_timeout=seconds,
    )
    return bytes(built.b_module_data)


def _side_script(question: Mapping[str, Any]) -> bytes:
    from ansible.executor.powershell.module_manifest import _bootstrap_powershell_script

    script, parameters = question["side_script"], question["parameters"]
    return bytes(_bootstrap_powershell_script(script, parameters, has_input=question["has_input"])[1])


def main() -> None:
    with contextlib.redirect_stdout(sys.stderr):
        from ansible.plugins.loader import init_plugin_loader

        init_plugin_loader([])
    for line in sys.stdin:
        question = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            built = (
                _side_script(question)
                if "side_script" in question
                else _module(question["module"], question["async"])
            )
        print(base64.b64encode(built).decode(), flush=True)


if __name__ == "__main__":
    main()
