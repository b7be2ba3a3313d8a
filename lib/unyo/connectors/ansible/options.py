"""What the Ansible connector is told: how terminals are reached, where playbooks lie, how much at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from unyo.connectors.winrm.options import WinrmSettings


@dataclass(frozen=True, slots=True)
class AnsibleSettings:
    """``places`` are directories that hold ``playbooks/`` and ``roles/``, the site's own first; ``scripts``
    is the directory of the PowerShell scripts, which plays find as ``unyo_scripts``.

    ``private_directory`` must lie in memory (a tmpfs); it is where each play has its own files while it runs.
    """

    places: tuple[Path, ...]
    scripts: Path
    reach: WinrmSettings = field(default_factory=WinrmSettings)
    forks: int = 20
    private_directory: str = ""
    interpreter: str = sys.executable
