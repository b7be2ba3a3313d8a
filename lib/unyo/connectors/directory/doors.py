"""Controllers as the hand of accounts uses them: one pinned for each account, each sign-on tried once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from unyo.connectors.directory.account_names import domain_at, logon_name, needs_domain
from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.connectors.directory.options import DirectorySettings
from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret, SecretRef


class Doors:
    """``configured`` gives the installation's own directory, used where an account names no address."""

    def __init__(self, configured: Callable[[], DirectorySettings]) -> None:
        self._configured = configured
        self._domains: dict[str, str] = {}
        self._lock = threading.Lock()

    def settings(self, credential: Credential) -> DirectorySettings:
        """How the account's controllers are reached; the first is the one that is written to and asked."""
        options = credential.options
        if not credential.address and not options.get("urls"):
            return self._configured()
        port = f":{credential.port}" if credential.port else ""
        given = options.get("urls") or [f"ldaps://{credential.address}{port}"]
        return DirectorySettings(
            urls=tuple(str(url) for url in given),
            base_dn=str(options.get("base_dn", "")),
            ca_file=str(options.get("ca_file", "")),
        )

    def pinned(self, credential: Credential) -> DirectorySettings:
        """One controller only: another one may not know a new password yet."""
        settings = self.settings(credential)
        return replace(settings, urls=settings.urls[:1])

    def name(self, credential: Credential) -> str:
        """What the account logs on with; asks the controller for its domain where the name needs it."""
        account = credential.account
        if not needs_domain(account):
            return account
        settings = self.pinned(credential)
        (url,) = settings.urls
        with self._lock:
            if url not in self._domains:
                self._domains[url] = domain_at(settings, url)
            return logon_name(account, self._domains[url])

    def signed_on(self, signer: Credential, password: Secret) -> LdapDirectory:
        """A directory bound as this account; the caller closes it."""
        settings = replace(
            self.pinned(signer),
            bind="simple",
            bind_name=self.name(signer),
            password=lambda: password,
            newer=None,
        )
        directory = LdapDirectory(settings)
        directory.open()
        return directory


class Shared:
    """The sign-ons of one batch that several accounts go through: each is tried once, whatever comes of it."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._made: dict[tuple[str, str], LdapDirectory | UnyoError] = {}
        self._lock = threading.Lock()

    def signed_on(self, signer: Credential, ref: SecretRef, password: Secret) -> LdapDirectory:
        with self._lock:
            key = (signer.path, ref.path)
            if key not in self._made:
                try:
                    self._made[key] = self._doors.signed_on(signer, password)
                except UnyoError as error:
                    self._made[key] = error
            found = self._made[key]
        if isinstance(found, UnyoError):
            raise found
        return found

    def close(self) -> None:
        for found in self._made.values():
            if isinstance(found, LdapDirectory):
                found.close()
