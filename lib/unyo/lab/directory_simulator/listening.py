"""Sockets of the simulated controller: accepting, TLS, StartTLS, and reading whole messages."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

from unyo.lab.directory_simulator import ber
from unyo.lab.directory_simulator.faults import Faults
from unyo.lab.directory_simulator.messages import answer, read_message
from unyo.lab.directory_simulator.refusal import Code
from unyo.lab.directory_simulator.session import BeginTls, Hangup, Session

_CHUNK = 1 << 16
_LARGEST_REQUEST = 16 << 20


class Listener:
    """One port; ``open`` and ``close`` may alternate, the port stays the same."""

    def __init__(
        self,
        address: str,
        encrypted: bool,
        faults: Faults,
        tls: ssl.SSLContext,
        session: Callable[[bool], Session],
    ) -> None:
        self.address, self.port = address, 0
        self._encrypted = encrypted
        self._faults, self._tls, self._session = faults, tls, session
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def open(self) -> None:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((self.address, self.port))
        listening.listen(128)
        self.port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True, name="simulator-accept").start()

    def close(self) -> None:
        """Refuse new connections and break off the open ones."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        with self._guard:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True, name="simulator").start()

    def _serve(self, connection: socket.socket) -> None:
        session = self._session(self._encrypted)
        with self._guard:
            self._open.add(connection)
        try:
            if self._encrypted:
                self._faults.hold()
                connection = self._secured(connection)
            while not self._converse(connection, session):
                connection = self._secured(connection)
                session.encrypted = True
        except (OSError, Hangup, ber.Malformed):
            # The client left, was thrown out, or does not speak LDAP: nobody is there to tell.
            pass
        finally:
            with self._guard:
                self._open.discard(connection)
            connection.close()

    def _secured(self, connection: socket.socket) -> socket.socket:
        """The same connection under TLS; closed where the client does not agree to it."""
        with self._guard:
            self._open.discard(connection)
        secured = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._guard:
            self._open.add(secured)
        try:
            secured.do_handshake()
        except OSError:
            with self._guard:
                self._open.discard(secured)
            secured.close()
            raise
        return secured

    def _converse(self, stream: socket.socket, session: Session) -> bool:
        """Answer until the client leaves (true) or wants TLS from here on (false)."""
        buffer = bytearray()
        while True:
            length = ber.message_length(buffer)
            if length is not None and length > _LARGEST_REQUEST:
                raise Hangup
            if length is None or len(buffer) < length:
                received = stream.recv(_CHUNK)
                if not received:
                    return True
                buffer += received
                continue
            data = bytes(buffer[:length])
            del buffer[:length]
            try:
                _send(stream, session.answers(read_message(data)))
            except BeginTls as begin:
                stream.sendall(begin.reply)
                return False
            except ber.Malformed:
                # Notice of disconnection (RFC 4511, 4.4.1).
                notice = ber.octets("1.3.6.1.4.1.1466.20036", 0x8A)
                stream.sendall(answer(0, 0x78, Code.PROTOCOL_ERROR, extra=notice))
                raise


def _send(stream: socket.socket, answers: list[bytes]) -> None:
    """Write many small messages in large pieces."""
    waiting = bytearray()
    for each in answers:
        waiting += each
        if len(waiting) >= _CHUNK:
            stream.sendall(waiting)
            waiting.clear()
    if waiting:
        stream.sendall(waiting)
