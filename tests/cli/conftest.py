"""The command line in this process, for tests that type a lot."""

from __future__ import annotations

from support.at_the_desk import desk

__all__ = ["desk"]
