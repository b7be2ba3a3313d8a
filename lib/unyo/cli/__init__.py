"""The command line: ``unyo``."""

from __future__ import annotations

import sys


def main() -> None:
    """Answer ``--version`` without loading anything; hand everything else to the commands."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from unyo import __version__

        sys.stdout.write(f"unyo {__version__}\n")
        return
    from unyo.cli.app import run

    run()
