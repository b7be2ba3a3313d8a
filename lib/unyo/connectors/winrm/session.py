"""One open session on one terminal, by WinRS or in a runspace; it takes envelopes and gives outputs."""

from __future__ import annotations

import base64
from functools import cache
from typing import Protocol as Shape
from typing import cast

from pypsrp.exceptions import WinRMTransportError as CarrierError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from winrm.exceptions import WinRMOperationTimeoutError, WinRMTransportError
from winrm.protocol import Protocol
from winrm.transport import Transport

from unyo.connectors.winrm.carrier import OPERATION_SECONDS
from unyo.connectors.winrm.envelope import Output
from unyo.connectors.winrm.scripts import bootstrap

UTF8_CODE_PAGE = 65001
IDLE_SECONDS = 300
# WinRM takes envelopes of 500 KiB; base64 in a SOAP message makes a third more of it.
CHUNK = 200_000


class Session(Shape):
    """``sent`` is False as long as nothing can have been done on the terminal by this session's errand."""

    sent: bool

    def open(self) -> None: ...

    def run(self, envelope: str) -> Output: ...

    def close(self) -> None: ...

    def close_over(self, wsman: WSMan) -> None:
        """Close it, and end what runs in it, over another connection than its own broken one."""
        ...


class WinrsSession:
    """A shell of the terminal in which each errand is one PowerShell."""

    def __init__(self, wsman: WSMan) -> None:
        # pywinrm speaks the protocol; log-on and encryption are the carrier's, so it gets no real ones.
        self._protocol = Protocol(
            wsman.transport.endpoint,
            transport="plaintext",
            username="-",
            password="-",
            operation_timeout_sec=OPERATION_SECONDS,
            read_timeout_sec=OPERATION_SECONDS + 10,
        )
        self._protocol.transport = cast(Transport, _Carried(wsman))
        self._shell = ""
        self.sent = False

    def open(self) -> None:
        self._shell = self._protocol.open_shell(
            codepage=UTF8_CODE_PAGE, noprofile=True, idle_timeout=f"PT{IDLE_SECONDS}S"
        )

    def run(self, envelope: str) -> Output:
        self.sent = False
        program, *arguments = _command_line()
        command = self._protocol.run_command(
            self._shell, program, arguments, console_mode_stdin=False, skip_cmd_shell=True
        )
        data = envelope.encode("ascii")
        for start in range(0, len(data), CHUNK):
            last = start + CHUNK >= len(data)
            self.sent = self.sent or last  # PowerShell begins when its input ends
            self._protocol.send_command_input(self._shell, command, data[start : start + CHUNK], end=last)
        return self._receive(command)

    def _receive(self, command: str) -> Output:
        stdout, stderr = bytearray(), bytearray()
        while True:
            try:
                out, err, code, done = self._protocol.get_command_output_raw(self._shell, command)
            except WinRMOperationTimeoutError:
                continue  # nothing yet; the deadline ends this, not the protocol
            stdout += out
            stderr += err
            if done:
                return Output(bytes(stdout), bytes(stderr), code)

    def close(self) -> None:
        if self._shell:
            self._protocol.close_shell(self._shell, close_session=False)

    def close_over(self, wsman: WSMan) -> None:
        self._protocol.transport = cast(Transport, _Carried(wsman))
        self.close()


class RunspaceSession:
    """A runspace of the terminal; the PowerShell under it starts once for all errands."""

    def __init__(self, wsman: WSMan) -> None:
        self._pool = RunspacePool(wsman, no_profile=True, idle_timeout=IDLE_SECONDS)
        self.sent = False

    def open(self) -> None:
        self._pool.open()

    def run(self, envelope: str) -> Output:
        self.sent = False
        shell = PowerShell(self._pool)
        shell.add_script(bootstrap())
        shell.add_parameter("Text", envelope)
        self.sent = True
        output = shell.invoke()
        complaint = " ".join(str(error) for error in shell.streams.error)
        return Output("".join(str(line) for line in output).encode(), complaint.encode())

    def close(self) -> None:
        self._pool.close()

    def close_over(self, wsman: WSMan) -> None:
        self._pool.shell.wsman = wsman
        self._pool.shell.close()


class _Carried:
    """The carrier in the form that pywinrm knows."""

    def __init__(self, wsman: WSMan) -> None:
        self._http = wsman.transport

    def send_message(self, message: str | bytes) -> bytes:
        data = message.encode() if isinstance(message, str) else message
        try:
            return self._http.send(data)
        except CarrierError as error:
            raise WinRMTransportError(error.protocol, error.code, error.response_text) from None


@cache
def _command_line() -> tuple[str, ...]:
    text = "& {\n" + bootstrap() + "\n} -Text (@($input) -join '')"
    encoded = base64.b64encode(text.encode("utf-16-le")).decode()
    plain = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand"
    return (*plain.split(), encoded)
