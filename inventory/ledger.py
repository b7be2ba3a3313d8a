#!/usr/bin/env python3
"""Ansible inventory out of unyo's ledger: ``ansible-inventory -i inventory/ledger.py --list``.

It finds the settings as unyo does ($UNYO_CONFIG, ./unyo.toml …) and holds no secret.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def homes() -> list[Path]:
    """Environments that may hold unyo: the checkout's own, or the one that this file was installed into."""
    return [HERE.parent / ".venv", *(place for place in HERE.parents if (place / "pyvenv.cfg").is_file())]


def main() -> int:
    try:
        from unyo.cli.inventory import main as answer
    except ModuleNotFoundError:
        # Started by another Python than unyo's, as by the first line of this file.
        for home in homes():
            python = home / "bin/python"
            if python.is_file() and Path(sys.prefix) != home:
                return subprocess.call([python, HERE / "ledger.py", *sys.argv[1:]])
        sys.stderr.write("unyo is not installed for this Python, and no environment near this file has it\n")
        return 1
    return answer(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
