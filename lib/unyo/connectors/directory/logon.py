"""One log-on, and what the directory says to it."""

from __future__ import annotations

from typing import Any

from unyo.connectors.directory.connecting import close_connection, encrypted, simple_bind
from unyo.connectors.directory.explain import refusal
from unyo.connectors.directory.faults import bind_data, connection_fault
from unyo.connectors.directory.options import DirectorySettings
from unyo.core.directory import Logon
from unyo.core.secret import Secret

_INVALID_CREDENTIALS = 49
NOT_NOW, NOT_HERE = "530", "531"
"""Log-on hours and workstations: said of the right password only."""
_BY_DATA = {
    "52e": Logon.WRONG,
    "525": Logon.WRONG,
    NOT_NOW: Logon.WRONG,
    NOT_HERE: Logon.WRONG,
    "532": Logon.PASSWORD_EXPIRED,
    "533": Logon.DISABLED,
    "701": Logon.EXPIRED,
    "773": Logon.MUST_CHANGE,
    "775": Logon.LOCKED,
}


def logon_of(data: str) -> Logon | None:
    """What the ``data`` code of a refused bind stands for."""
    return _BY_DATA.get(data)


def try_logon(settings: DirectorySettings, url: str, name: str, password: Secret) -> Logon:
    """Exactly one log-on at one controller, on a connection of its own that is closed again."""
    return logon_with_data(settings, url, name, password)[0]


def logon_with_data(settings: DirectorySettings, url: str, name: str, password: Secret) -> tuple[Logon, str]:
    """``try_logon``, and the directory's code for a refusal (empty where it was accepted)."""
    connection = encrypted(settings, url)
    try:
        if simple_bind(connection, name, password):
            return Logon.ACCEPTED, ""
        result: dict[str, Any] = dict(connection.result)
    except Exception as error:
        raise connection_fault(url, error) from None
    finally:
        close_connection(connection)
    data = bind_data(str(result.get("message", "")))
    answer = logon_of(data)
    if answer is None and result["result"] != _INVALID_CREDENTIALS:
        raise refusal(name, result) or connection_fault(url, ConnectionError())
    return answer or Logon.WRONG, data
