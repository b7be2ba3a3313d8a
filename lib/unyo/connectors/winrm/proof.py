"""One log-on on a terminal and nothing else: WS-Management's Identify, asked by somebody who has signed on."""

from __future__ import annotations

from pypsrp.exceptions import WinRMTransportError

from unyo.connectors.winrm import probe
from unyo.connectors.winrm.carrier import connect
from unyo.connectors.winrm.faults import Fault, explain
from unyo.connectors.winrm.lifeline import Lifeline
from unyo.connectors.winrm.visit import Reach
from unyo.core.terminal import Terminal

SECONDS = 20.0
_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    f'xmlns:i="{_IDENTITY}"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>'
).encode()
_FAULT = 500


def log_on(reach: Reach, terminal: Terminal, *, look_first: bool = True) -> Fault | None:
    """None where the terminal let us in; a fault with ``logon`` where it turned the password away.

    No shell is opened and no PowerShell started. Exactly one log-on: nothing is tried again.
    """
    settings = reach.settings
    port = terminal.port or settings.default_port
    away = probe.reach(terminal, port, settings.connect_seconds) if look_first else None
    if away is not None:
        return Fault(away)
    line = Lifeline()
    try:
        with line.within(SECONDS):
            connect(settings, reach.context, terminal, reach.password, line).transport.send(IDENTIFY)
    except WinRMTransportError as error:
        # Whoever gets a fault of WS-Management, such as "access is denied", has logged on before.
        return None if error.code == _FAULT else explain(error, terminal, sent=False)
    except Exception as error:  # whatever the libraries raise must not reach a person
        return explain(error, terminal, sent=False)
    finally:
        line.end()
        line.close()
    return None
