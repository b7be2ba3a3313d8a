"""The vault's key in $UNYO_VAULT_KEY: taken out of the environment before any child process starts."""

from __future__ import annotations

import os
import threading

from unyo.core.secret import Secret

ENVIRONMENT = "UNYO_VAULT_KEY"

_taken: Secret | None = None
_taking = threading.Lock()


def take_from_environment() -> Secret | None:
    """What the variable holds, removed from the environment once and remembered for this process.

    Every child (ansible, ssh, a mail program) inherits the environment, and crash reports print it.
    """
    global _taken
    with _taking:
        text = os.environ.pop(ENVIRONMENT, None)
        if text is not None:
            _taken = Secret(text or "-")
        return _taken
