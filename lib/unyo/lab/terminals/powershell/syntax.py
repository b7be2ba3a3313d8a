"""The syntax check of PowerShell: every .ps1, and scripts inside Ansible's YAML; run as a module by scripts/powershell-syntax.

The parser is the one that runs the scripts on the simulated terminals. It knows Windows PowerShell 5.1, so what only
newer versions understand (&&, ??, ?:) is a mistake here, as it is on the terminals.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from unyo.lab.terminals.powershell.errors import OutsideSubset, ParseError
from unyo.lab.terminals.powershell.parsing import parse

SCRIPT_OPTIONS = {"win_powershell": ("script",), "win_shell": ("cmd", "_raw_params")}
COMMAND = re.compile(r"(?is)^\s*powershell(?:\.exe)?\b.*?-c(?:ommand)?\s+(?P<script>.+)$")
JINJA = re.compile(r"\{\{.*?\}\}", re.DOTALL)
JINJA_SILENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def problems(text: str) -> list[str]:
    """What is wrong with a script's syntax, as "line N: …"; statements that only the simulation lacks are no mistake."""
    try:
        parse(text)
    except OutsideSubset:
        return []
    except ParseError as problem:
        return [f"line {problem.line}: {problem.message}"]
    return []


class _Loader(yaml.SafeLoader):
    """Reads Ansible's files; its own tags (!vault, !unsafe) are plain text here."""


def _any_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:  # noqa: ARG001
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_multi_constructor("!", _any_tag)


def inline_scripts(text: str) -> Iterator[tuple[str, str]]:
    """The PowerShell in a playbook or a task file: pairs of the task's name and the script."""
    for document in yaml.load_all(text, Loader=_Loader):
        yield from _in(document, "")


def _in(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in value:
            yield from _in(each, name)
    elif isinstance(value, dict):
        name = str(value.get("name", name))
        for key, each in value.items():
            module = str(key).rsplit(".", 1)[-1]
            if module in ("win_powershell", "win_shell", "win_command"):
                arguments = value.get("args")
                script = _script(module, each, arguments if isinstance(arguments, dict) else {})
                if script is not None:
                    yield name, script
            else:
                yield from _in(each, name)


def _script(module: str, value: Any, arguments: dict[str, Any]) -> str | None:
    """The PowerShell that a task of this module runs, or None."""
    if module == "win_command":
        found = COMMAND.match(value if isinstance(value, str) else str((value or {}).get("cmd", "")))
        return found["script"].strip("\"'") if found is not None else None
    options = {**arguments, **value} if isinstance(value, dict) else dict(arguments)
    if str(options.get("executable", "powershell")).lower().startswith("cmd"):
        return None
    if isinstance(value, str):
        return value
    return next((str(options[name]) for name in SCRIPT_OPTIONS[module] if name in options), None)


def without_jinja(script: str) -> str:
    """A script with a word in place of every Jinja expression."""
    return JINJA.sub("jinja", JINJA_SILENT.sub("", script))


def file_problems(path: Path) -> list[str]:
    """What is wrong in a file, each with the place where it is."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix in (".yml", ".yaml"):
        return [
            f'{path}: task "{name}": {problem}'
            for name, script in inline_scripts(text)
            for problem in problems(without_jinja(script))
        ]
    return [f"{path}: {problem}" for problem in problems(text)]


def files(roots: list[Path]) -> Iterator[Path]:
    """Every script and every YAML file below the folders."""
    for root in roots:
        if root.is_file():
            yield root
            continue
        for suffix in ("*.ps1", "*.psm1", "*.yml", "*.yaml"):
            yield from sorted(root.rglob(suffix))


def main(arguments: list[str]) -> int:
    """Check files and folders; 1 if anything is wrong."""
    found = [problem for path in files([Path(each) for each in arguments]) for problem in file_problems(path)]
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
