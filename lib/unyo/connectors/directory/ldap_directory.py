"""The Directory tool over ldap3: one connection per thread, all to one controller."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from unyo.connectors.directory.connecting import (
    close_connection,
    encrypted,
    open_connection,
    simple_bind,
)
from unyo.connectors.directory.explain import malformed, refusal
from unyo.connectors.directory.faults import bind_data, connection_fault, is_lost
from unyo.connectors.directory.narrowing import narrowed, too_wide
from unyo.connectors.directory.options import DirectorySettings
from unyo.connectors.directory.reading import (
    entries_of,
    password_policy_of,
    ranged_attributes,
    rest_of_range,
)
from unyo.connectors.directory.writing import PERMISSIVE, perform
from unyo.core.directory import DirectoryFacts, Entry, Logon, Modify, PasswordPolicy, Scope, Write
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.secret import Secret

PAGED = "1.2.840.113556.1.4.319"
_SCOPES = {"base": "BASE", "one": "LEVEL", "subtree": "SUBTREE"}
_ROOT = ("defaultNamingContext", "vendorName", "dnsHostName", "supportedControl")
_NO_SUCH_OBJECT, _INVALID_CREDENTIALS = 32, 49
_LOGON = {
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


class LdapDirectory:
    """A directory server that speaks LDAP with Active Directory's semantics.

    Connects when first asked. The controller that answered first is kept for the object's life; only when
    it does not answer is the next one tried. References to other partitions in a search are passed over.
    """

    def __init__(self, settings: DirectorySettings) -> None:
        settings.check()
        self._settings = settings
        self._local = threading.local()
        self._open: list[tuple[threading.Thread, Any]] = []
        self._lock = threading.Lock()
        self._pinned: str | None = None
        self._root: Entry | None = None

    @property
    def base_dn(self) -> str:
        return self._settings.base_dn or self._domain_dn()

    def search(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree"
    ) -> Iterator[Entry]:
        cookie: bytes | None = None
        while True:
            page, cookie = self._page(base, filter_text, attributes, scope, cookie)
            for entry in page:
                yield self._whole(entry)
            if not cookie:
                return

    def send(self, writes: Sequence[Write]) -> list[UnyoError | None]:
        answers: list[UnyoError | None] = []
        try:
            connection = self._connection()
        except UnyoError as error:
            return [error] * len(writes)
        for write in writes:
            try:
                answers.append(self._performed(connection, write))
            except Exception as error:
                self._forget()
                lost = error if isinstance(error, UnyoError) else connection_fault(self._server, error)
                return answers + [lost] * (len(writes) - len(answers))
        return answers

    def _performed(self, connection: Any, write: Write) -> UnyoError | None:
        answer = perform(connection, write)
        if answer is not None and isinstance(write, Modify) and too_wide(write, connection.result):
            return perform(connection, narrowed(write, self._read))
        return answer

    def _read(self, dn: str, names: list[str]) -> Entry | None:
        return next(self.search(dn, "(objectClass=*)", names, "base"), None)

    def try_logon(self, name: str, password: Secret) -> Logon:
        self._connection()  # so that the question goes to the controller that this job writes to
        connection = encrypted(self._settings, self._server)
        try:
            if simple_bind(connection, name, password):
                return Logon.ACCEPTED
            result = dict(connection.result)
        except Exception as error:
            raise connection_fault(self._server, error) from None
        finally:
            close_connection(connection)
        answer = _LOGON.get(bind_data(str(result.get("message", ""))))
        if answer is None and result["result"] != _INVALID_CREDENTIALS:
            raise refusal(name, result) or connection_fault(self._server, ConnectionError())
        return answer or Logon.WRONG

    def password_policy(self) -> PasswordPolicy:
        return password_policy_of(
            lambda names: self.search(self._domain_dn(), "(objectClass=*)", names, "base")
        )

    def facts(self) -> DirectoryFacts:
        root = self._root_entry()
        domain = self._domain_dn()
        return DirectoryFacts(
            server=root.first("dnsHostName") or self._server,
            base_dn=self.base_dn,
            domain=".".join(part.partition("=")[2] for part in domain.split(",")).lower(),
            bound_as=self._settings.bind_name or "Kerberos",
            encrypted=True,
            simulated="SIMULATOR" in (root.first("vendorName") or "").upper(),
            controls=tuple(
                control
                for control in (PAGED, PERMISSIVE)
                if control in root.attributes.get("supportedControl", ())
            ),
        )

    def close(self) -> None:
        """Close the connections of all threads; a later call connects again."""
        with self._lock:
            for _, connection in self._open:
                close_connection(connection)
            self._open.clear()
        self._local = threading.local()

    @property
    def _server(self) -> str:
        return self._pinned or self._settings.urls[0]

    def _domain_dn(self) -> str:
        return self._root_entry().first("defaultNamingContext") or ""

    def _root_entry(self) -> Entry:
        if self._root is None:
            page, _ = self._page("", "(objectClass=*)", _ROOT, "base", None)
            if not page:
                raise connection_fault(self._server, ConnectionError("no rootDSE"))
            self._root = page[0]
        return self._root

    def _connection(self) -> Any:
        """This thread's connection: its own, one left by a thread that has ended, or a new one."""
        found = getattr(self._local, "connection", None)
        if found is not None and _alive(found):
            return found
        self._forget()
        with self._lock:
            connection = self._left_over() or self._new_connection()
            self._open.append((threading.current_thread(), connection))
        self._local.connection = connection
        return connection

    def _left_over(self) -> Any | None:
        for place, (owner, connection) in enumerate(self._open):
            if not owner.is_alive():
                del self._open[place]
                if _alive(connection):
                    return connection
                close_connection(connection)
                return None
        return None

    def _new_connection(self) -> Any:
        others = tuple(url for url in self._settings.urls if url != self._pinned)
        urls = others if self._pinned is None else (self._pinned, *others)
        connection, self._pinned = open_connection(self._settings, urls)
        return connection

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with self._lock:
                self._open = [held for held in self._open if held[1] is not connection]
            close_connection(connection)

    def _page(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope, cookie: bytes | None
    ) -> tuple[list[Entry], bytes | None]:
        """One page and the cookie of the next; a first page is asked for twice if the connection breaks."""
        try:
            return self._asked(base, filter_text, attributes, scope, cookie)
        except Unreachable:
            if cookie is not None:
                raise
            return self._asked(base, filter_text, attributes, scope, cookie)

    def _asked(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope, cookie: bytes | None
    ) -> tuple[list[Entry], bytes | None]:
        connection = self._connection()
        try:
            connection.search(
                base,
                filter_text,
                _SCOPES[scope],
                attributes=list(attributes) or ["1.1"],
                paged_size=None if scope == "base" else self._settings.page_size,
                paged_cookie=cookie,
            )
        except Exception as error:
            if not is_lost(error):
                raise malformed(f"{base} {filter_text}", error) from None
            self._forget()
            raise connection_fault(self._server, error) from None
        result, response = connection.result, connection.response
        connection.response = None
        if result["result"] == _NO_SUCH_OBJECT:
            return [], None
        fault = refusal(base, result)
        if fault is not None:
            raise fault
        controls = result.get("controls") or {}
        following = controls.get(PAGED, {}).get("value", {}).get("cookie")
        return entries_of(response, attributes), following or None

    def _whole(self, entry: Entry) -> Entry:
        """The entry with every ranged attribute read to its end."""
        ranged = ranged_attributes(entry)
        if not ranged:
            return entry
        whole = {name: values for name, values in entry.attributes.items() if ";" not in name}
        for name, start in ranged:
            following = start
            while following is not None:
                asked = [f"{name};range={following}-*"]
                page, _ = self._page(entry.dn, "(objectClass=*)", asked, "base", None)
                more, following = rest_of_range(page, name)
                whole[name] += more
        return Entry(entry.dn, whole)


def _alive(connection: Any) -> bool:
    """False if the controller has hung up or said anything unasked: idle connections are cut off."""
    if connection.closed or connection.socket is None:
        return False
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    return not poll.poll(0)
