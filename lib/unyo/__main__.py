"""``python -m unyo`` is ``unyo``."""

from unyo.cli import main

main()
