"""From an address to a logged-on session: the host key first, then exactly one log-on."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum

import paramiko

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.host_keys import HostKeys, is_other_algorithm
from unyo.connectors.ssh.options import PORT, SshSettings
from unyo.connectors.ssh.session import Session
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret

INTERACTIVE = "keyboard-interactive"


class Stage(StrEnum):
    """How far a log-on came."""

    NOT_TRIED = "not tried"  # no password was sent
    REFUSED = "refused"
    UNSURE = "unsure"  # it was sent, and no answer came


@dataclass
class NoSession(Exception):
    """Why there is no session; ``error`` is what a person reads."""

    error: UnyoError
    stage: Stage


class Doors:
    """Opens sessions; ``turn`` keeps to so many visits per server at a time, of two connections at most."""

    def __init__(self, settings: SshSettings) -> None:
        self._settings = settings
        self._caps: dict[tuple[str, int], threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(settings.per_device)
        )
        self._turn = threading.Lock()

    def turn(self, credential: Credential) -> AbstractContextManager[object]:
        """Wait until the server has room for one more visit."""
        with self._turn:
            return self._caps[credential.address, credential.port or PORT]

    @contextmanager
    def session(self, credential: Credential, password: Secret) -> Iterator[Session]:
        """One log-on; NoSession where it fails. Tried anew only while nobody has logged on."""
        place = (credential.address, credential.port or PORT)
        try:
            keys = HostKeys.of(credential.options, credential.label)
        except UnyoError as error:
            raise NoSession(error, Stage.NOT_TRIED) from None
        with self._greeted(place, keys) as transport:
            _log_on(transport, credential, password)
            yield Session(transport, self._settings.answer_seconds)

    @contextmanager
    def _greeted(self, place: tuple[str, int], keys: HostKeys) -> Iterator[paramiko.Transport]:
        """A connection whose host key is right; nothing was sent over it yet."""
        for patience in range(self._settings.greetings, 0, -1):
            try:
                transport = self._greet(place, keys)
                break
            except (paramiko.SSHException, EOFError, ConnectionResetError, BrokenPipeError) as error:
                if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
                    raise NoSession(_incompatible(error, keys), Stage.NOT_TRIED) from None
                if patience == 1:
                    detail = type(error).__name__
                    fault = texts.GREETING.unreachable(keys.shown_as, detail)
                    raise NoSession(fault, Stage.NOT_TRIED) from None
            except OSError as error:
                raise NoSession(_no_way(error, place, keys.shown_as), Stage.NOT_TRIED) from None
            # A server that is at MaxStartups hangs up at random; others wait as we do.
            time.sleep(random.uniform(0.05, 0.4))  # noqa: S311
        try:
            yield transport
        finally:
            transport.close()

    def _greet(self, place: tuple[str, int], keys: HostKeys) -> paramiko.Transport:
        sock = socket.create_connection(place, self._settings.connect_seconds)
        transport = keys.transport(sock)
        try:
            transport.banner_timeout = self._settings.logon_seconds
            transport.auth_timeout = self._settings.logon_seconds
            transport.start_client(timeout=self._settings.logon_seconds)
            keys.check(transport.get_remote_server_key())
        except UnyoError as error:
            transport.close()
            raise NoSession(error, Stage.NOT_TRIED) from None
        except BaseException:
            transport.close()
            raise
        return transport


def _log_on(transport: paramiko.Transport, credential: Credential, password: Secret) -> None:
    """Exactly one try of the password; no key and no agent takes part."""
    try:
        more = _tell(transport, credential.account, password)
    except paramiko.BadAuthenticationType as error:
        detail = ", ".join(sorted(error.allowed_types))
        raise NoSession(texts.NO_PASSWORDS.said_no(credential.label, detail), Stage.NOT_TRIED) from None
    except (paramiko.SSHException, EOFError, OSError) as error:
        if _is_refusal(error, transport):
            raise NoSession(texts.LOGON.said_no(credential.label), Stage.REFUSED) from None
        lost = texts.LOST_IN_LOGON.unreachable(credential.label, type(error).__name__)
        raise NoSession(lost, Stage.UNSURE) from None
    if more:
        raise NoSession(texts.SECOND_FACTOR.said_no(credential.label, ", ".join(more)), Stage.UNSURE)


def _tell(transport: paramiko.Transport, account: str, password: Secret) -> list[str]:
    try:
        return list(transport.auth_password(account, password.reveal(), fallback=False))
    except paramiko.BadAuthenticationType as error:
        if INTERACTIVE not in error.allowed_types:
            raise
    asked: list[str] = []

    def answer(title: str, instructions: str, fields: list[tuple[str, bool]]) -> list[str]:  # noqa: ARG001
        # A second question is not ours to answer with a password.
        asked.extend(prompt for prompt, _ in fields)
        if len(asked) > 1:
            raise paramiko.SSHException("more than one question")
        return [password.reveal() for _ in fields]

    return list(transport.auth_interactive(account, answer))


def _is_refusal(error: BaseException, transport: paramiko.Transport) -> bool:
    """The library uses one class for a refusal, for a time-out and for a broken connection."""
    if not isinstance(error, paramiko.AuthenticationException):
        return False
    said = str(error)
    return "timeout" not in said and "EOF" not in said and transport.is_active()


def _incompatible(error: Exception, keys: HostKeys) -> UnyoError:
    if is_other_algorithm(error):
        return keys.changed(", ".join(keys.algorithms))
    return texts.ALGORITHMS.said_no(keys.shown_as, str(error)[:200])


def _no_way(error: OSError, place: tuple[str, int], target: str) -> UnyoError:
    known = texts.NO_NAME if isinstance(error, socket.gaierror) else texts.UNREACHABLE
    return known.unreachable(target, f"{place[0]}:{place[1]} {type(error).__name__}")
