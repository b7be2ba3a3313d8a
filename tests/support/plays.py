"""Real plays on this very machine (``ansible_connection: local``), and an eye on everything that they touch.

Usage: python -m support.plays PLACE PRIVATE PLAYBOOK
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from unyo.connectors.ansible.options import AnsibleSettings
from unyo.connectors.ansible.playing import AnsiblePlaybooks
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Terminal

CANARY = SecretRef("lab/canary")
CANARY_VALUE = 'canary-Q7!"w-é'  # needs escaping in JSON and is not ASCII
CONNECTION_VALUE = "connection-canary-X9"
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


def play_text(tasks: str, hosts: str = "terminals") -> str:
    indented = "".join(f"    {line}\n" for line in tasks.strip("\n").splitlines())
    return f"- name: A play\n  hosts: {hosts}\n  gather_facts: false\n  tasks:\n{indented}"


@dataclass(frozen=True)
class Stage:
    """A place for playbooks, a private directory of its own in memory, hosts that are this machine."""

    place: Path
    private: Path
    interpreter: str = sys.executable
    opened: list[str] = field(default_factory=list)

    def write(self, name: str, tasks: str, hosts: str = "terminals") -> str:
        (self.place / "playbooks").mkdir(exist_ok=True)
        (self.place / "playbooks" / f"{name}.yml").write_text(play_text(tasks, hosts), encoding="utf-8")
        return name

    @property
    def playbooks(self) -> AnsiblePlaybooks:
        settings = AnsibleSettings(
            places=(self.place,),
            scripts=self.place / "scripts",
            forks=5,
            private_directory=str(self.private),
            interpreter=self.interpreter,
        )
        return AnsiblePlaybooks(settings, lambda: Secret(CONNECTION_VALUE), self.open)

    def open(self, ref: SecretRef) -> Secret:
        self.opened.append(ref.path)
        return Secret(CANARY_VALUE)

    def play(self, tasks: str, *names: str, check: bool = False, **variables: Any) -> list[HostResult]:
        playbook = self.write("try", tasks)
        return self.playbooks.play(playbook, local_hosts(*names or ("pc-1",), **variables), check=check)

    def with_interpreter(self, path: str) -> Stage:
        return replace(self, interpreter=path)


def terminal(name: str, serial: str = "") -> Terminal:
    return Terminal(serial or f"SN-{name}", name, "127.0.0.1")


def local_hosts(*names: str, **variables: Any) -> list[PlayHost]:
    return [PlayHost(terminal(name), {**LOCAL, **variables}) for name in names]


class Eye:
    """Looks for texts in every command line and environment of a process's descendants, and in every file below
    directories, again and again while it is open."""

    def __init__(self, texts: tuple[str, ...], *places: Path) -> None:
        self._texts = [text.encode() for text in texts]
        self._places = places
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen: set[str] = set()
        self.processes: set[int] = set()
        self.files: set[str] = set()

    def __enter__(self) -> Eye:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(0.01):
            for pid in descendants():
                self.processes.add(pid)
                for part in ("cmdline", "environ"):
                    self._look(Path(f"/proc/{pid}/{part}"))
            for file in self._files():
                self.files.add(file.name)
                self._look(file)

    def _files(self) -> list[Path]:
        """Directories come and go while they are listed; the next look is soon."""
        try:
            found = [file for place in self._places for file in place.rglob("*")]
            return [file for file in found if file.is_file()]
        except OSError:
            return []

    def _look(self, file: Path) -> None:
        try:
            content = file.read_bytes()
        except OSError:
            return
        if any(text in content for text in self._texts):
            self.seen.add(str(file))


def descendants(root: int | None = None) -> list[int]:
    """Of this process unless another is named."""
    import os

    parents: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parents.setdefault(int(fields.rpartition(")")[2].split()[1]), []).append(int(place.name))
    found: list[int] = []
    new = [root or os.getpid()]
    while new:
        new = [child for pid in new for child in parents.get(pid, ())]
        found += new
    return found


def processes_naming(text: str) -> list[int]:
    """Processes whose command line holds the text."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def in_results(results: list[HostResult]) -> str:
    """Everything that a play gave back, as text."""
    errors = [error.as_json() for result in results if (error := result.error)]
    tasks: list[Mapping[str, Any]] = [
        {"task": repr(task), "answer": dict(result.answer)} for result in results for task in result.tasks
    ]
    return f"{tasks!r}{errors!r}"


def main() -> None:
    place, private, playbook = sys.argv[1:]
    stage = Stage(Path(place), Path(private))
    stage.playbooks.play(playbook, local_hosts("pc-1", "pc-2", secret=CANARY.as_state()), timeout=60)


if __name__ == "__main__":
    main()
