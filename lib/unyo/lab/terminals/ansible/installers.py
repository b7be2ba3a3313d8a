"""Installer files of the simulation: what stands in for an .msi or a setup program.

A real installer cannot run here, so a file on a simulated terminal says instead what running it would do.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

_MARK = b"UNYO SIMULATED INSTALLER\r\n"


@dataclass(frozen=True, slots=True)
class Installer:
    """What an installer installs; ``product_id`` is its key below Uninstall.

    ``silent`` is the argument without which a setup program waits for a person, ``exit_code`` what it ends with
    (3010: installed, a restart is needed; others than 0 and 3010: nothing was installed).
    """

    product_id: str
    name: str
    version: str = "1.0.0"
    publisher: str = ""
    silent: str = ""
    exit_code: int = 0

    def content(self) -> bytes:
        """The bytes of the installer file."""
        return _MARK + json.dumps(asdict(self), ensure_ascii=False).encode()


def read_installer(content: bytes) -> Installer | None:
    """What the file would install; None where it is no installer of the simulation."""
    if not content.startswith(_MARK):
        return None
    return Installer(**json.loads(content[len(_MARK) :]))
