"""One client's connection: who is bound on it, and the answer to each of its requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from unyo.lab.directory_simulator import ber, writing
from unyo.lab.directory_simulator.computed import values_of
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry
from unyo.lab.directory_simulator.faults import Faults
from unyo.lab.directory_simulator.logon import log_on
from unyo.lab.directory_simulator.messages import (
    ANSWER_TAG,
    Abandon,
    Add,
    Bind,
    Compare,
    Control,
    Delete,
    Extended,
    Message,
    Modify,
    Rename,
    Request,
    Search,
    Unbind,
    answer,
    found,
)
from unyo.lab.directory_simulator.refusal import Code, Refusal, Unsupported, no_bind, no_rights
from unyo.lab.directory_simulator.root_dse import (
    CONTROLS,
    PERMISSIVE,
    START_TLS,
    WHO_AM_I,
    hints_ask_for_history,
    root_dse,
)
from unyo.lab.directory_simulator.schema import attributes
from unyo.lab.directory_simulator.searching import Pages, search
from unyo.lab.directory_simulator.values import comparable

_NOT_ENCRYPTED = (
    "00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking "
    "if SSL\\TLS are not already active on the connection, data 0, v4563"
)


class Hangup(Exception):
    """The connection ends without an answer."""


class BeginTls(Exception):
    """The answer of StartTLS is to be sent as it is, then TLS begins."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self.reply = reply


@dataclass(slots=True)
class Session:
    """The state of one connection; ``lock`` is held while the domain is read or written."""

    domain: Domain
    lock: threading.RLock
    faults: Faults
    encrypted: bool
    user: Entry | None = None
    pages: Pages = field(default_factory=Pages)

    def answers(self, message: Message) -> list[bytes]:
        """Everything to send back; raises ``Hangup`` and ``BeginTls``."""
        request = message.request
        if isinstance(request, Unbind):
            raise Hangup
        if isinstance(request, Abandon):
            return []
        self.faults.hold()
        with self.lock:
            try:
                return self._done(message, request)
            except Refusal as refusal:
                if isinstance(refusal, Unsupported):
                    self.domain.unsupported.append(refusal.what)
                return [self._closing(message, refusal.code, refusal.text, refusal.matched)]

    def _closing(self, message: Message, code: int, text: str = "", matched: str = "") -> bytes:
        return answer(message.number, ANSWER_TAG[type(message.request)], code, text, matched)

    def _done(self, message: Message, request: Request) -> list[bytes]:
        self._check_controls(message.controls)
        if isinstance(request, Bind):
            self._bind(request)
        elif isinstance(request, Extended):
            return [self._extended(message, request)]
        elif isinstance(request, Search):
            return list(self._search(message, request))
        elif self.user is None:
            raise no_bind()
        elif isinstance(request, Compare):
            return [self._closing(message, self._compare(request))]
        else:
            self._write(request, message.controls)
            if self.faults.breaks_now():
                raise Hangup
        return [self._closing(message, Code.SUCCESS)]

    def _check_controls(self, controls: tuple[Control, ...]) -> None:
        for control in controls:
            if control.oid not in CONTROLS and control.critical:
                self.domain.unsupported.append(f"control {control.oid}")
                text = f"SIMULATOR: unsupported control {control.oid}"
                raise Refusal(Code.UNAVAILABLE_EXTENSION, text)

    def _bind(self, request: Bind) -> None:
        self.user = None
        self.pages = Pages()
        if request.version != 3:
            raise Refusal(Code.PROTOCOL_ERROR, "SIMULATOR: LDAP version 3 only")
        if request.password is None:
            self.domain.unsupported.append("SASL bind")
            raise Refusal(Code.AUTH_METHOD, "SIMULATOR: unsupported SASL bind")
        if not request.password:
            return
        if not self.encrypted:
            raise Refusal(Code.STRONGER_AUTH, _NOT_ENCRYPTED)
        self.user = log_on(self.domain, request.name, request.password.decode("utf-8", "replace"))

    def _extended(self, message: Message, request: Extended) -> bytes:
        name = ber.octets(request.oid, 0x8A)
        if request.oid == START_TLS:
            if self.encrypted:
                raise Refusal(
                    Code.OPERATIONS_ERROR, "00000000: LdapErr: DSID-0C09106B, TLS is active already"
                )
            raise BeginTls(answer(message.number, 0x78, Code.SUCCESS, extra=name))
        if request.oid == WHO_AM_I:
            who = "" if self.user is None else f"u:{self.domain.netbios}\\{self.user.text('samaccountname')}"
            return answer(message.number, 0x78, Code.SUCCESS, extra=ber.octets(who, 0x8B))
        self.domain.unsupported.append(f"extended operation {request.oid}")
        text = f"SIMULATOR: unsupported extended operation {request.oid}"
        return answer(message.number, 0x78, Code.PROTOCOL_ERROR, text, extra=name)

    def _search(self, message: Message, request: Search) -> Iterator[bytes]:
        if not request.base and request.scope == 0:
            yield found(message.number, "", root_dse(self.domain, request))
            yield self._closing(message, Code.SUCCESS)
            return
        if self.user is None:
            raise no_bind()
        given = search(self.domain, message.number, request, message.controls, self.pages)
        yield from given.entries
        yield answer(message.number, 0x65, given.code, controls=given.controls)

    def _compare(self, request: Compare) -> int:
        entry = self.domain.tree.get(request.dn)
        known = attributes().get(request.name.lower())
        key = comparable(known.syntax if known is not None else "text")
        held = {key(value) for value in values_of(self.domain, entry, request.name.lower())}
        return Code.COMPARE_TRUE if key(request.value) in held else Code.COMPARE_FALSE

    def _write(self, request: Request, controls: tuple[Control, ...]) -> None:
        refused = self.faults.next_refusal()
        if refused is not None:
            raise Refusal(refused, "SIMULATOR: a fault that was asked for")
        if not self._may(request):
            raise no_rights()
        if isinstance(request, Add):
            writing.add(self.domain, request)
        elif isinstance(request, Modify):
            permissive = any(control.oid == PERMISSIVE for control in controls)
            history = any(hints_ask_for_history(control) for control in controls)
            writing.modify(self.domain, request, permissive, history)
        elif isinstance(request, Rename):
            writing.rename(self.domain, request)
        elif isinstance(request, Delete):
            writing.delete(self.domain, request.dn)

    def _may(self, request: Request) -> bool:
        """Administrators may write everything, everybody may change a password that he knows."""
        if self.user is None:
            return False
        if self.domain.may_write(self.user):
            return True
        return isinstance(request, Modify) and [
            (kind, name.lower()) for kind, name, _ in request.changes
        ] == [(1, "unicodepwd"), (0, "unicodepwd")]
