"""The Directory tool over ldap3: one connection per thread, all to one controller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from unyo.connectors.directory.explain import malformed, refusal
from unyo.connectors.directory.faults import connection_fault, is_lost
from unyo.connectors.directory.keeping import Connections
from unyo.connectors.directory.logon import try_logon
from unyo.connectors.directory.narrowing import narrowed, too_wide
from unyo.connectors.directory.options import DirectorySettings
from unyo.connectors.directory.password_policy import password_policy
from unyo.connectors.directory.policy_causes import CODE, explained
from unyo.connectors.directory.reading import (
    entries_of,
    generalized_time,
    ranged_attributes,
    rest_of_range,
)
from unyo.connectors.directory.writing import PERMISSIVE, perform
from unyo.core.directory import (
    POLICY_HINTS,
    DirectoryFacts,
    Entry,
    Logon,
    Modify,
    PasswordPolicy,
    Scope,
    Write,
)
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.secret import Secret

PAGED = "1.2.840.113556.1.4.319"
_SCOPES = {"base": "BASE", "one": "LEVEL", "subtree": "SUBTREE"}
_ROOT = ("defaultNamingContext", "vendorName", "dnsHostName", "supportedControl")
_NO_SUCH_OBJECT = 32


class LdapDirectory:
    """A directory server that speaks LDAP with Active Directory's semantics.

    Connects when first asked. The controller that answered first is kept for the object's life; only when
    it does not answer is the next one tried. References to other partitions in a search are passed over.
    """

    def __init__(self, settings: DirectorySettings) -> None:
        settings.check()
        self._settings = settings
        self._connections = Connections(settings)
        self._root: Entry | None = None

    @property
    def base_dn(self) -> str:
        return self._settings.base_dn or self.domain_dn

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
            connection = self._connections.mine()
        except UnyoError as error:
            return [error] * len(writes)
        for write in writes:
            try:
                answers.append(self._performed(connection, write))
            except Exception as error:
                self._connections.forget()
                lost = (
                    error
                    if isinstance(error, UnyoError)
                    else connection_fault(self._connections.server, error)
                )
                return answers + [lost] * (len(writes) - len(answers))
        return answers

    def _performed(self, connection: Any, write: Write) -> UnyoError | None:
        if not isinstance(write, Modify):
            return perform(connection, write)
        hints = self._hints() if write.keep_history else ""
        answer = perform(connection, write, hints)
        if answer is not None and too_wide(write, connection.result):
            return perform(connection, narrowed(write, self._read), hints)
        if answer is not None and answer.code == CODE and connection.result["result"]:
            policy = self.password_policy(write.dn)
            return explained(write, answer, self._read, policy, self.facts(), self.now())
        return answer

    def _hints(self) -> str:
        offered = self._root_entry().attributes.get("supportedControl", ())
        return next((control for control in POLICY_HINTS if control in offered), "")

    def _read(self, dn: str, names: Sequence[str]) -> Entry | None:
        return next(self.search(dn, "(objectClass=*)", names, "base"), None)

    def at(self, url: str) -> LdapDirectory:
        """The same directory as another controller sees it, with the same account; close it after use."""
        return LdapDirectory(replace(self._settings, urls=(url,)))

    def open(self) -> None:
        """Connect and log on now; the errors of both are raised here."""
        self._connections.mine()

    def try_logon(self, name: str, password: Secret) -> Logon:
        self._connections.mine()  # so that the question goes to the controller that this job writes to
        return try_logon(self._settings, self._connections.server, name, password)

    def password_policy(self, dn: str = "") -> PasswordPolicy:
        return password_policy(self._read, self.domain_dn, dn)

    def now(self) -> datetime:
        """The controller's own time, by which it judges ages and locks."""
        page, _ = self._page("", "(objectClass=*)", ["currentTime"], "base", None)
        told = generalized_time(page[0].first("currentTime") or "") if page else None
        return told or datetime.now(timezone.utc)

    def facts(self) -> DirectoryFacts:
        root = self._root_entry()
        domain = self.domain_dn
        return DirectoryFacts(
            server=root.first("dnsHostName") or self._connections.server,
            base_dn=self.base_dn,
            domain=".".join(part.partition("=")[2] for part in domain.split(",")).lower(),
            bound_as=self._settings.bind_name or "Kerberos",
            encrypted=True,
            simulated="SIMULATOR" in (root.first("vendorName") or "").upper(),
            controls=tuple(
                control
                for control in (PAGED, PERMISSIVE, *POLICY_HINTS)
                if control in root.attributes.get("supportedControl", ())
            ),
        )

    def close(self) -> None:
        """Close the connections of all threads; a later call connects again."""
        self._connections.close()

    @property
    def domain_dn(self) -> str:
        """The head of the whole domain, whatever part of it is worked in."""
        return self._root_entry().first("defaultNamingContext") or ""

    def _root_entry(self) -> Entry:
        if self._root is None:
            page, _ = self._page("", "(objectClass=*)", _ROOT, "base", None)
            if not page:
                raise connection_fault(self._connections.server, ConnectionError("no rootDSE"))
            self._root = page[0]
        return self._root

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
        connection = self._connections.mine()
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
            self._connections.forget()
            raise connection_fault(self._connections.server, error) from None
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
