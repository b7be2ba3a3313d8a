"""The Directory tool over ldap3: one connection per thread, all to one controller."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from unyo.connectors.directory.connecting import connection_fault, encrypted, open_connection, simple_bind
from unyo.connectors.directory.explain import refusal
from unyo.connectors.directory.options import DirectorySettings
from unyo.connectors.directory.reading import entries_of, ranged_attributes, rest_of_range
from unyo.connectors.directory.writing import perform
from unyo.core.directory import DirectoryFacts, Entry, Logon, PasswordPolicy, Scope, Write
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text

PAGED, PERMISSIVE, TLS = "1.2.840.113556.1.4.319", "1.2.840.113556.1.4.1413", "1.3.6.1.4.1.1466.20037"
_SCOPES = {"base": "BASE", "one": "LEVEL", "subtree": "SUBTREE"}
_NEVER = -0x8000000000000000
_BIND_DATA = {
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
    """A directory server that speaks LDAP with Active Directory's semantics."""

    def __init__(self, settings: DirectorySettings) -> None:
        settings.check()
        self._settings = settings
        self._local = threading.local()
        self._open: list[Any] = []
        self._lock = threading.Lock()
        self._pinned: str | None = None
        self._root: dict[str, tuple[str, ...]] | None = None

    @property
    def base_dn(self) -> str:
        return self._settings.base_dn or self._root_entry()["defaultNamingContext"][0]

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
        for place, write in enumerate(writes):
            try:
                answers.append(perform(self._connection(), write, PERMISSIVE))
            except Unreachable as error:
                self._forget()
                return answers + [error] * (len(writes) - place)
            except UnyoError as error:
                answers.append(error)
            except Exception as error:
                self._forget()
                lost = connection_fault(self._pinned or "", error)
                return answers + [lost] * (len(writes) - place)
        return answers

    def try_logon(self, name: str, password: Secret) -> Logon:
        connection = encrypted(self._settings, self._pinned or self._settings.urls[0])
        try:
            if simple_bind(connection, name, password):
                return Logon.ACCEPTED
            message = str(connection.result.get("message", ""))
        except Exception as error:
            raise connection_fault(self._pinned or "", error) from None
        finally:
            _close(connection)
        data = message.lower().partition("data ")[2].split(",")[0].strip()
        return _BIND_DATA.get(data, Logon.WRONG)

    def password_policy(self) -> PasswordPolicy:
        names = [
            "minPwdLength",
            "pwdProperties",
            "pwdHistoryLength",
            "minPwdAge",
            "maxPwdAge",
            "lockoutThreshold",
        ]
        domain = self._root_entry()["defaultNamingContext"][0]
        (head,) = self.search(domain, "(objectClass=*)", names, "base")
        number = {name: int(head.first(name) or 0) for name in names}
        oldest = number["maxPwdAge"]
        return PasswordPolicy(
            minimum_length=number["minPwdLength"],
            complexity=bool(number["pwdProperties"] & 1),
            history=number["pwdHistoryLength"],
            minimum_age=timedelta(microseconds=-number["minPwdAge"] / 10),
            maximum_age=None if oldest in (0, _NEVER) else timedelta(microseconds=-oldest / 10),
            lockout_threshold=number["lockoutThreshold"],
        )

    def facts(self) -> DirectoryFacts:
        root = self._root_entry()
        domain = ".".join(p.partition("=")[2] for p in root["defaultNamingContext"][0].split(",")).lower()
        vendor = " ".join(root.get("vendorName", ()))
        return DirectoryFacts(
            server=self._pinned or self._settings.urls[0],
            base_dn=self.base_dn,
            domain=domain,
            bound_as=self._settings.bind_name or "kerberos",
            encrypted=True,
            simulated="SIMULATOR" in vendor.upper(),
            controls=(PAGED, PERMISSIVE, TLS),
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                _close(connection)
            self._open.clear()
        self._local = threading.local()

    def _connection(self) -> Any:
        found = getattr(self._local, "connection", None)
        if found is not None and not found.closed:
            return found
        urls = self._settings.urls
        if self._pinned is not None:
            urls = (self._pinned, *(url for url in urls if url != self._pinned))
        connection, self._pinned = open_connection(self._settings, urls)
        self._local.connection = connection
        with self._lock:
            self._open.append(connection)
        return connection

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            with self._lock:
                self._open = [each for each in self._open if each is not connection]
            _close(connection)

    def _root_entry(self) -> dict[str, tuple[str, ...]]:
        if self._root is None:
            names = ["defaultNamingContext", "vendorName", "dnsHostName"]
            page, _ = self._page("", "(objectClass=*)", names, "base", None)
            self._root = dict(page[0].attributes)
        return self._root

    def _page(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope, cookie: bytes | None
    ) -> tuple[list[Entry], bytes | None]:
        connection = self._connection()
        try:
            connection.search(
                base,
                filter_text,
                _SCOPES[scope],
                attributes=list(attributes),
                paged_size=None if scope == "base" else self._settings.page_size,
                paged_cookie=cookie,
            )
        except Exception as error:
            self._forget()
            raise connection_fault(self._pinned or "", error) from None
        result = connection.result
        if result["result"] == 32:
            return [], None
        if result["result"] == 10:
            raise _referred(base, result)
        fault = refusal(base, result)
        if fault is not None:
            raise fault
        controls = result.get("controls") or {}
        following = controls.get(PAGED, {}).get("value", {}).get("cookie")
        return entries_of(connection.response, attributes), following or None

    def _whole(self, entry: Entry) -> Entry:
        """The entry with every ranged attribute read to its end."""
        whole = {name: values for name, values in entry.attributes.items() if ";" not in name}
        for name, start in ranged_attributes(entry):
            following = start
            while following is not None:
                asked = [f"{name};range={following}-*"]
                page, _ = self._page(entry.dn, "(objectClass=*)", asked, "base", None)
                more, following = rest_of_range(page, name)
                whole[name] += more
        return Entry(entry.dn, whole)


def _referred(base: str, result: dict[str, Any]) -> TargetSaidNo:
    return TargetSaidNo(
        "directory.referral",
        Text("another server holds this part of the directory", "この部分は別のサーバが保持しています"),
        Text("put that server into [directory] urls", "そのサーバを [directory] urls に設定する"),
        target=base,
        detail=", ".join(result.get("referrals") or [])[:200],
    )


def _close(connection: Any) -> None:
    try:
        connection.unbind()
    except Exception:  # the peer may be gone; there is nothing left to lose
        return
