"""Opening one connection: encrypted, verified, bound."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Any
from urllib.parse import urlsplit

from unyo.connectors.directory.faults import (
    bind_data,
    bind_fault,
    connection_fault,
    kerberos_fault,
    not_encrypted,
)
from unyo.connectors.directory.options import DirectorySettings, bad
from unyo.connectors.trust import trusting
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text


def open_connection(settings: DirectorySettings, urls: tuple[str, ...]) -> tuple[Any, str]:
    """A bound ldap3 connection and the URL that answered; tries ``urls`` in order.

    Raises Unreachable when none answers, BadSetting when certificate, name or password is wrong: such a
    fault is not hidden by trying the next controller.
    """
    tried: list[Unreachable] = []
    for url in urls:
        try:
            connection = encrypted(settings, url)
            _bind(settings, connection, url)
            return connection, url
        except Unreachable as error:
            tried.append(error)
    raise _none_answered(tried)


def encrypted(settings: DirectorySettings, url: str) -> Any:
    """An open connection, encrypted to a verified controller, not yet bound."""
    import ldap3
    from ldap3.core.exceptions import LDAPStartTLSError
    from ldap3.utils.log import OFF, set_library_log_detail_level

    from unyo.connectors.directory.tls import VerifiedTls

    # ldap3's debug log shows whole requests, passwords included.
    set_library_log_detail_level(OFF)
    parts = urlsplit(url)
    host, over_tls = parts.hostname or "", parts.scheme == "ldaps"
    tls = VerifiedTls(_context(settings), host, settings.connect_timeout, settings.answer_timeout)
    server = ldap3.Server(
        host,
        port=parts.port or (636 if over_tls else 389),
        use_ssl=over_tls,
        tls=tls,
        get_info=ldap3.NONE,
        connect_timeout=settings.connect_timeout,
    )
    connection = ldap3.Connection(
        server,
        raise_exceptions=False,
        receive_timeout=settings.answer_timeout,
        auto_referrals=False,
        check_names=False,
        auto_encode=False,
        auto_escape=False,
        auto_range=False,
        return_empty_attributes=False,
    )
    try:
        connection.open(read_server_info=False)
        if not over_tls:
            connection.start_tls(read_server_info=False)
    except Exception as error:
        _drop(connection)
        if tls.fault is None and isinstance(error, LDAPStartTLSError):
            raise not_encrypted(url, str(error)) from None
        raise connection_fault(url, tls.fault or error) from None
    if not isinstance(connection.socket, ssl.SSLSocket):
        _drop(connection)
        raise not_encrypted(url, "StartTLS")
    return connection


def _drop(connection: Any) -> None:
    """Close a connection that never came to be; ldap3 leaves its socket open."""
    if connection.socket is not None:
        connection.socket.close()
        connection.socket = None


def _context(settings: DirectorySettings) -> ssl.SSLContext:
    try:
        return trusting(settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise bad(
            "ca_file",
            "the file of the certificate authority cannot be read",
            "認証局の証明書ファイルを読めません",
            f"{settings.ca_file}: {error}",
        ) from None


def _bind(settings: DirectorySettings, connection: Any, url: str) -> None:
    try:
        if settings.bind == "kerberos":
            bound = _kerberos_bind(connection, url)
        else:
            bound = _password_bind(settings, connection)
    except UnyoError:
        close_connection(connection)
        raise
    except Exception as error:
        close_connection(connection)
        raise connection_fault(url, error) from None
    if not bound:
        message = str((connection.result or {}).get("message", ""))
        close_connection(connection)
        raise bind_fault(settings.bind_name or url, message)


def _password_bind(settings: DirectorySettings, connection: Any) -> bool:
    """With the password in force; where that is refused as wrong, with one that may have come after it.

    The right one clears the count of bad log-ons, so that this can go on for long without locking.
    """
    if settings.password is None:
        return False  # check() has made sure that there is one
    if simple_bind(connection, settings.bind_name, settings.password()):
        return True
    refused = dict(connection.result or {})
    if settings.newer is None or bind_data(str(refused.get("message", ""))) != "52e":
        return False
    return any(simple_bind(connection, settings.bind_name, each) for each in settings.newer()[:1])


def simple_bind(connection: Any, name: str, password: Secret) -> bool:
    """Bind, then forget the password: ldap3 would keep it in the connection."""
    import ldap3

    connection.authentication, connection.user = ldap3.SIMPLE, name
    connection.password = password.reveal()
    try:
        return bool(connection.bind(read_server_info=False))
    finally:
        connection.password = None
        connection.request = None


def _kerberos_bind(connection: Any, url: str) -> bool:
    import ldap3

    try:
        from gssapi.raw import GSSError
    except (ImportError, OSError):
        raise bad(
            "bind",
            "Kerberos needs the package gssapi: pip install 'unyo[kerberos]'",
            "Kerberos には gssapi パッケージが必要です: pip install 'unyo[kerberos]'",
        ) from None
    connection.authentication, connection.sasl_mechanism = ldap3.SASL, ldap3.KERBEROS
    connection.sasl_credentials = (_service_host(connection),)
    try:
        return bool(connection.bind(read_server_info=False))
    except GSSError as error:
        raise kerberos_fault(url, error) from None


def _service_host(connection: Any) -> str:
    """The name in the controller's service ticket; one reached by address says its name itself."""
    host = str(connection.server.host)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    connection.search("", "(objectClass=*)", "BASE", attributes=["dnsHostName"])
    names = [item["raw_attributes"].get("dnsHostName") for item in connection.response or ()]
    return names[0][0].decode() if names and names[0] else host


def close_connection(connection: Any) -> None:
    try:
        connection.unbind()
    except Exception:  # the peer may be gone; there is nothing left to lose
        return


def _none_answered(tried: list[Unreachable]) -> Unreachable:
    if len(tried) == 1:
        return tried[0]
    return Unreachable(
        "directory.unreachable",
        Text("none of the controllers answers", "どのコントローラも応答しません"),
        tried[0].next_step,
        target=", ".join(error.target or "" for error in tried),
        detail=tried[-1].detail,
    )
