"""How servers are reached over SSH."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unyo.core.secret import Secret, SecretRef

SecretSource = Callable[[SecretRef], Secret]

PORT = 22


@dataclass(frozen=True, slots=True)
class SshSettings:
    """``per_device`` visits of one server at a time, ``parallel`` in all; times in seconds.

    ``greetings``: so often a connection is tried anew that breaks before anybody has logged on.
    """

    connect_seconds: float = 5.0
    logon_seconds: float = 20.0
    answer_seconds: float = 30.0
    parallel: int = 25
    per_device: int = 3
    greetings: int = 5
