"""The SSH door of an emulated switch: its own small server, which asks the switch's local users."""

from __future__ import annotations

import contextlib
import io
import socket
import threading

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from unyo.lab.network.console import Console
from unyo.lab.network.emulated_switch import ConnectionLost, EmulatedSwitch

_LOGON_SECONDS = 20


class _Guard(paramiko.ServerInterface):  # type: ignore[misc]
    """Takes passwords of local users, one channel, and a shell in it."""

    def __init__(self, switch: EmulatedSwitch, transport: paramiko.Transport) -> None:
        self._switch, self._transport = switch, transport
        self.user = ""
        self.shell = threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        try:
            good = self._switch.log_on(username, password)
        except ConnectionLost:
            self._transport.close()
            good = False
        if not good:
            return int(paramiko.AUTH_FAILED)
        self.user = username
        return int(paramiko.AUTH_SUCCESSFUL)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == "session":
            return int(paramiko.OPEN_SUCCEEDED)
        return int(paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)

    def check_channel_pty_request(self, *given: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.shell.set()
        return True


class Door:
    """Listens for one switch; every connection is a thread."""

    def __init__(self, switch: EmulatedSwitch, address: str, port: int = 0) -> None:
        self._switch = switch
        self.key = _new_key()
        self._open: set[paramiko.Transport] = set()
        self._listener = socket.create_server((address, port), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def new_key(self) -> None:
        """As if another device answered at this address."""
        self.key = _new_key()

    def hang_up(self) -> None:
        """Break every connection."""
        for transport in list(self._open):
            transport.close()

    def close(self) -> None:
        self._listener.close()
        self.hang_up()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            # In quiet mode an access list of the device's own drops every new connection.
            full = len(self._open) > self._switch.running.last_line
            if self._switch.quiet_seconds or full or self._switch.faults.strikes("lose_greetings"):
                line.close()
                continue
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        transport = paramiko.Transport(line)
        transport.daemon = True
        self._open.add(transport)
        try:
            transport.add_server_key(self.key)
            guard = _Guard(self._switch, transport)
            transport.start_server(server=guard, event=None)
            channel = transport.accept(_LOGON_SECONDS)
            if channel is not None and guard.shell.wait(_LOGON_SECONDS):
                privilege = self._switch.running.users[guard.user].privilege
                _Shell(channel, Console(self._switch, privilege)).run()
        except (ConnectionLost, paramiko.SSHException, OSError, EOFError):
            pass
        finally:
            transport.close()
            self._open.discard(transport)


class _Shell:
    """A line editor as a terminal line of the device has it: echo, backspace, question mark, Control-V."""

    def __init__(self, channel: paramiko.Channel, console: Console) -> None:
        self._channel, self._console = channel, console
        self._line = ""
        self._literal = False
        self._after_return = False
        self._unsaid = ""

    def run(self) -> None:
        self._say("\n" + self._console.prompt)
        while not self._console.ended:
            self._send()
            given = self._channel.recv(4096)
            if not given:
                return
            for letter in given.decode("utf-8", "replace"):
                self._take(letter)
                if self._console.ended:
                    break
        self._send()
        with contextlib.suppress(OSError):
            self._channel.send_exit_status(0)

    def _take(self, letter: str) -> None:
        after_return, self._after_return = self._after_return, letter == "\r"
        if self._literal:
            self._literal = False
            self._add(letter)
        elif letter == "\n" and after_return:
            pass
        elif letter in "\r\n":
            self._submit()
        elif letter == "\x16":
            self._literal = True
        elif letter in "\x7f\b":
            self._line = self._line[:-1]
        elif letter == "\x1a":
            self._line = ""
            self._console.interrupt()
            self._say("^Z\n" + self._console.prompt)
        elif letter == "?" and not self._console.hidden:
            self._say("?\n" + self._console.help(self._line) + self._console.prompt + self._line)
        elif letter.isprintable():
            self._add(letter)

    def _add(self, letter: str) -> None:
        self._line += letter
        if not self._console.hidden:
            self._say(letter)

    def _submit(self) -> None:
        line, self._line = self._line, ""
        printed = self._console.enter(line)
        self._say("\n" + printed + ("" if self._console.ended else self._console.prompt))

    def _say(self, text: str) -> None:
        self._unsaid += text.replace("\n", "\r\n")

    def _send(self) -> None:
        said, self._unsaid = self._unsaid, ""
        if said:
            self._channel.sendall(said.encode())


def _new_key() -> paramiko.PKey:
    written = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return paramiko.Ed25519Key.from_private_key(io.StringIO(written.decode()))
