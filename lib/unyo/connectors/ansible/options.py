"""What the Ansible connector is told: how to reach terminals, where playbooks lie, how much at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AnsibleSettings:
    """``places`` are directories that hold ``playbooks/`` and ``roles/``, the site's own first; ``scripts``
    is the directory of the PowerShell scripts, which plays find as ``unyo_scripts``.

    ``private_directory`` must lie in memory (a tmpfs); it is where each play has its own files while it runs.
    """

    places: tuple[Path, ...]
    scripts: Path
    user: str = ""
    transport: str = "negotiate"
    protocol: str = "winrm"
    scheme: str = "https"
    port: int = 0
    ca_file: str = ""
    connect_seconds: float = 5.0
    forks: int = 20
    private_directory: str = ""
    interpreter: str = sys.executable
