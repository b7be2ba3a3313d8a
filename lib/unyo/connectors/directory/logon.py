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
_BY_DATA = {
    "52e": Logon.WRONG,
    "525": Logon.WRONG,
    "530": Logon.WRONG,
    "531": Logon.WRONG,
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
    connection = encrypted(settings, url)
    try:
        if simple_bind(connection, name, password):
            return Logon.ACCEPTED
        result: dict[str, Any] = dict(connection.result)
    except Exception as error:
        raise connection_fault(url, error) from None
    finally:
        close_connection(connection)
    answer = logon_of(bind_data(str(result.get("message", ""))))
    if answer is None and result["result"] != _INVALID_CREDENTIALS:
        raise refusal(name, result) or connection_fault(url, ConnectionError())
    return answer or Logon.WRONG
