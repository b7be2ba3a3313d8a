"""``python -m unyo.lab.terminals.register FILE``: a lab fleet's register into the ledger of the present settings."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path


def main(file: Path) -> None:
    """A process of its own calls this: Django knows the settings of one installation only."""
    from unyo.ledger.opening import set_up_django

    set_up_django()
    from unyo.ledger.intake.terminal_file import read_terminal_file
    from unyo.ledger.terminal_changes import Hand
    from unyo.ledger.terminal_import import compare, import_terminals

    read = read_terminal_file(file.read_bytes(), file.name)
    import_terminals(read, compare(read), Hand("lab", file.name, datetime.now(timezone.utc)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
