"""Who is at the other end of one TCP connection: Basic, NTLM, Negotiate, Kerberos or a client certificate."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import ErrorCode, SpnegoError

from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.wire.accounts import check_password, check_proof, domain_user, mapped_user
from unyo.lab.terminals.wire.credentials import CREDENTIALS, claimed
from unyo.lab.terminals.wire.sealing import Sealer
from unyo.lab.terminals.wire.service_settings import ServiceSettings

CERTIFICATE_LOGON = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
KERBEROS_SKEW = 300
"""Seconds that the clocks of client and terminal may differ."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one request: let in as ``user``, or 401 with challenges (``token`` in the first)."""

    user: str | None
    challenges: tuple[str, ...] = ()


class Logon:
    """The log-on of one connection: NTLM and Kerberos belong to it, and what they have proved stays.

    ``bindings`` name the server's certificate, ``client`` is the subject of the client's.
    """

    def __init__(
        self, machine: Machine, secure: bool, bindings: GssChannelBindings | None = None, client: str = ""
    ) -> None:
        self._machine = machine
        self._secure = secure
        self._bindings = bindings
        self._client = client
        self._context: Any = None
        self.user: str | None = None
        self.sealer: Sealer | None = None

    def decide(self, authorization: str) -> Decision:
        """Look at one request's Authorization header (empty: none)."""
        scheme, _, text = authorization.partition(" ")
        match scheme.lower():
            case "":
                return Decision(self.user) if self.user else self._refused()
            case "basic" if self._settings.basic:
                return self._basic(text)
            case "negotiate" if self._settings.negotiate:
                return self._exchange(scheme, text, "negotiate")
            case "kerberos" if self._settings.kerberos:
                return self._exchange(scheme, text, "kerberos")
            case _ if authorization == CERTIFICATE_LOGON and self._secure and self._settings.certificate:
                user = mapped_user(self._machine, self._client)
                return Decision(user) if user else self._refused()
        return self._refused()

    @property
    def _settings(self) -> ServiceSettings:
        return ServiceSettings(self._machine)

    def _refused(self) -> Decision:
        self._context = self.user = self.sealer = None
        offered = self._settings
        schemes = [
            *(["Negotiate"] if offered.negotiate else []),
            *(["Kerberos"] if offered.kerberos else []),
            *(['Basic realm="WSMAN"'] if offered.basic else []),
        ]
        return Decision(None, tuple(schemes))

    def _basic(self, text: str) -> Decision:
        try:
            name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return self._refused()
        if not colon:
            return self._refused()
        user = check_password(self._machine, name, password)
        return Decision(user) if user else self._refused()

    def _exchange(self, scheme: str, text: str, protocol: str) -> Decision:
        """One step of NTLM or Kerberos; a first message begins anew."""
        try:
            token = base64.b64decode(text, validate=True)
            if self._context is None or self._context.complete:
                self.user = self.sealer = None
                self._context = spnego.server(hostname=self._machine.fqdn, service="HTTP", protocol=protocol)
            answer = self._step(token)
        except (SpnegoError, binascii.Error, ValueError, IndexError):
            return self._refused()
        if self._context is None:
            return self._refused()
        packed = f"{scheme} {base64.b64encode(answer).decode()}" if answer else scheme
        if not self._context.complete:
            return Decision(None, (packed,))
        if self.user is None:
            return self._refused()
        self.sealer = self._context
        return Decision(self.user, (packed,) if answer else ())

    def _step(self, token: bytes) -> bytes | None:
        """Feed the acceptor; what NTLM claims is verified with the terminal's own account, and counted."""
        claim = claimed(token)
        if claim is None:
            if abs(self._machine.knobs.clock_skew_seconds) > KERBEROS_SKEW and b"NTLMSSP" not in token:
                raise SpnegoError(ErrorCode.failure, context_msg="clock skew too great")
            answer: bytes | None = self._context.step(token, channel_bindings=self._bindings)
            if self._context.complete:
                self.user = domain_user(self._machine, self._context.client_principal or "")
            return answer
        # As Windows does by default: a binding must be right, but there need not be one.
        bindings = self._bindings if claim.bound else None
        answers: list[bytes | None] = []

        def proves(password: str) -> bool:
            CREDENTIALS.hold(claim.domain, claim.user, password)
            try:
                answers.append(self._context.step(token, channel_bindings=bindings))
            except SpnegoError:
                return False
            finally:
                CREDENTIALS.clear()
            return bool(self._context.complete)

        self.user = check_proof(self._machine, claim.domain, claim.user, proves)
        if self.user is None:
            self._context = None
        return answers[0] if answers else None
