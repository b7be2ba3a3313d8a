"""What lies beyond the simulation: said loudly, never guessed."""

from __future__ import annotations


class Unsupported(Exception):
    """Something that a Windows terminal can do and this simulation cannot; its text says what."""

    def __init__(self, text: str) -> None:
        super().__init__(f"SIMULATOR: unsupported {text}")
