"""An account's names: how it logs on, how it is found, and how services spell it."""

from __future__ import annotations

from unyo.connectors.directory.connecting import close_connection, encrypted
from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.connectors.directory.options import DirectorySettings
from unyo.connectors.directory.uses import Spellings
from unyo.core.directory import Entry
from unyo.core.dn import escape_filter
from unyo.core.errors import Unreachable
from unyo.core.text import Text

PRINCIPAL = "msDS-PrincipalName"
ASKED = ("sAMAccountName", "userPrincipalName", "displayName", PRINCIPAL)


def needs_domain(account: str) -> bool:
    """Whether it is a bare log-on name, which no bind takes."""
    return not any(mark in account for mark in "@=\\")


def logon_name(account: str, domain: str) -> str:
    return f"{account}@{domain}" if needs_domain(account) else account


def search_for(account: str, base_dn: str, domain: str) -> tuple[str, str]:
    """Where to look for the account, and the filter that finds it."""
    person = "(objectClass=user)"
    if "=" in account:
        return account, person
    short = escape_filter(account.rpartition("\\")[2])
    if "@" not in account:
        return base_dn, f"(&{person}(sAMAccountName={short}))"
    left, _, right = account.rpartition("@")
    own = f"(sAMAccountName={escape_filter(left)})" if right.lower() == domain.lower() else ""
    return base_dn, f"(&{person}(|(userPrincipalName={short}){own}))"


def spellings(directory: LdapDirectory, entry: Entry) -> Spellings:
    """``DOMAIN\\name`` and the user principal names, as services may write the account."""
    sam, upn = entry.first("sAMAccountName") or "", entry.first("userPrincipalName")
    principal = entry.first(PRINCIPAL)
    if principal is None:
        # Not every controller computes it.
        short = _short_domain(directory)
        principal = f"{short}\\{sam}" if short else None
    implicit = f"{sam}@{directory.facts().domain}"
    return tuple(dict.fromkeys(name for name in (principal, upn, implicit) if name))


def _short_domain(directory: LdapDirectory) -> str:
    base = directory.domain_dn
    wanted = f"(&(objectClass=crossRef)(nCName={escape_filter(base)}))"
    found = directory.search(f"CN=Partitions,CN=Configuration,{base}", wanted, ["nETBIOSName"], "one")
    return next((entry.first("nETBIOSName") or "" for entry in found), "")


def domain_at(settings: DirectorySettings, url: str) -> str:
    """The DNS name of the controller's domain, which it tells before anybody has logged on."""
    connection = encrypted(settings, url)
    try:
        connection.search("", "(objectClass=*)", "BASE", attributes=["defaultNamingContext"])
        answers = [item["raw_attributes"].get("defaultNamingContext") for item in connection.response or ()]
    except Exception as error:
        raise _silent(url, type(error).__name__) from None
    finally:
        close_connection(connection)
    if not answers or not answers[0]:
        raise _silent(url, "no rootDSE")
    head = answers[0][0].decode()
    return ".".join(part.partition("=")[2] for part in head.split(",")).lower()


def _silent(url: str, detail: str) -> Unreachable:
    return Unreachable(
        "directory.unreachable",
        Text("the directory does not answer", "ディレクトリが応答しません"),
        Text("check the controller and the network", "コントローラとネットワークを確認する"),
        target=url,
        detail=detail,
    )
