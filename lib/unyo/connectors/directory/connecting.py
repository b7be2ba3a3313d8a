"""Opening one connection: TLS verified, bound, pinned to the controller that answered first."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

from unyo.connectors.directory.options import DirectorySettings, bad
from unyo.core.errors import BadSetting, Unreachable, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text


def open_connection(settings: DirectorySettings, urls: tuple[str, ...]) -> tuple[Any, str]:
    """A bound ldap3 connection and the URL that answered; tries ``urls`` in order.

    Raises Unreachable when none answers, BadSetting when certificate, name or password is wrong: such a
    fault is not hidden by trying the next controller.
    """
    last: UnyoError | None = None
    for url in urls:
        try:
            connection = encrypted(settings, url)
            _bind(settings, connection, url)
            return connection, url
        except Unreachable as error:
            last = error
    if last is None:
        raise bad("urls", "no controller is configured", "コントローラが設定されていません")
    raise last


def encrypted(settings: DirectorySettings, url: str) -> Any:
    """An open, encrypted, not yet bound connection."""
    import ldap3

    parts = urlsplit(url)
    host = parts.hostname or ""
    over_tls = parts.scheme == "ldaps"
    tls = ldap3.Tls(
        validate=ssl.CERT_REQUIRED,
        version=ssl.PROTOCOL_TLS_CLIENT,
        ca_certs_file=settings.ca_file or None,
        valid_names=None,
    )
    server = ldap3.Server(
        host,
        port=parts.port or (636 if over_tls else 389),
        use_ssl=over_tls,
        tls=tls,
        get_info=ldap3.NONE,
        connect_timeout=int(settings.connect_timeout),
    )
    connection = ldap3.Connection(
        server,
        auto_bind=False,
        raise_exceptions=False,
        receive_timeout=int(settings.answer_timeout),
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
        raise connection_fault(url, error) from None
    return connection


def _bind(settings: DirectorySettings, connection: Any, url: str) -> None:
    import ldap3

    try:
        if settings.bind == "kerberos":
            connection.authentication, connection.sasl_mechanism = ldap3.SASL, ldap3.KERBEROS
            bound = connection.bind(read_server_info=False)
        else:
            password = settings.password() if settings.password else Secret("-")
            bound = simple_bind(connection, settings.bind_name, password)
    except UnyoError:
        raise
    except ImportError:
        raise bad(
            "bind", "Kerberos needs the package gssapi", "Kerberos には gssapi パッケージが必要です"
        ) from None
    except Exception as error:
        raise _kerberos_or_connection_fault(settings, url, error) from None
    if not bound:
        raise bad(
            settings.bind_name or url,
            "the directory does not accept unyo's own account",
            "unyo のアカウントでディレクトリに接続できません",
            str(connection.result.get("message", "")).strip("\x00 ")[:200],
        )


def simple_bind(connection: Any, name: str, password: Secret) -> bool:
    """Bind, then forget the password: ldap3 would keep it in the connection."""
    import ldap3

    connection.authentication, connection.user = ldap3.SIMPLE, name
    connection.password = password.reveal()
    try:
        return bool(connection.bind(read_server_info=False))
    finally:
        connection.password = None


def connection_fault(url: str, error: Exception) -> UnyoError:
    """The fault behind ldap3's exception: certificate, or no answer."""
    text = str(error)
    for mark, en, ja in _CERTIFICATE_FAULTS:
        if mark in text:
            return BadSetting(
                "directory.certificate",
                Text(en, ja),
                Text(
                    "mend the controller's certificate or ca_file; unyo never connects without verifying",
                    "証明書または ca_file を直す(検証なしの接続は行いません)",
                ),
                target=url,
                detail=mark,
            )
    return Unreachable(
        "directory.unreachable",
        Text("the directory does not answer", "ディレクトリが応答しません"),
        Text(
            "check the controller and the network: unyo doctor",
            "コントローラとネットワークを確認: unyo doctor",
        ),
        target=url,
        detail=type(error).__name__,
    )


_CERTIFICATE_FAULTS = (
    ("certificate has expired", "the controller's certificate has expired", "証明書の有効期限が切れています"),
    ("unable to get local issuer", "the certificate comes from an unknown CA", "証明書の認証局が不明です"),
    ("self-signed certificate", "the certificate comes from an unknown CA", "証明書の認証局が不明です"),
    ("self signed certificate", "the certificate comes from an unknown CA", "証明書の認証局が不明です"),
    ("doesn't match", "the certificate is for another host name", "証明書のホスト名が一致しません"),
    ("Hostname mismatch", "the certificate is for another host name", "証明書のホスト名が一致しません"),
    ("IP address mismatch", "the certificate is for another host name", "証明書のホスト名が一致しません"),
    ("certificate verify failed", "the certificate cannot be verified", "証明書を検証できません"),
    ("CERTIFICATE_VERIFY_FAILED", "the certificate cannot be verified", "証明書を検証できません"),
)


def _kerberos_or_connection_fault(settings: DirectorySettings, url: str, error: Exception) -> UnyoError:
    if settings.bind != "kerberos" or "gssapi" not in type(error).__module__:
        return connection_fault(url, error)
    skew = "skew" in str(error).lower()
    en = "the clocks differ too much for Kerberos" if skew else "there is no usable Kerberos ticket"
    ja = "時刻のずれが大きく Kerberos を使えません" if skew else "有効な Kerberos チケットがありません"
    return BadSetting(
        "directory.kerberos",
        Text(en, ja),
        Text(
            "set the clock (chrony), or get a ticket (kinit -k)",
            "時刻同期(chrony)またはチケット取得(kinit -k)を確認",
        ),
        target=url,
        detail=str(error).splitlines()[-1][:200],
    )
