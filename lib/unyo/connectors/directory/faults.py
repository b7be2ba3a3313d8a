"""What a failed connection means: certificate, Kerberos, unyo's own account, or simply no answer."""

from __future__ import annotations

import ssl

from unyo.core.errors import BadSetting, Unreachable, UnyoError
from unyo.core.text import Text

_EXPIRED = (
    "directory.certificate.expired",
    Text("the controller's certificate has expired", "コントローラの証明書の有効期限が切れています"),
    Text("renew the controller's certificate", "コントローラの証明書を更新する"),
)
_NOT_YET = (
    "directory.certificate.not_yet",
    Text("the controller's certificate is not valid yet", "コントローラの証明書の有効期間が始まっていません"),
    Text("check the clocks on both sides", "双方の時刻を確認する"),
)
_UNKNOWN_CA = (
    "directory.certificate.unknown_ca",
    Text(
        "the controller's certificate comes from an unknown authority",
        "コントローラの証明書を発行した認証局が登録されていません",
    ),
    Text(
        "put the authority's certificate (PEM) into [directory] ca_file",
        "認証局の証明書 (PEM) を [directory] ca_file に設定する",
    ),
)
_NAME = (
    "directory.certificate.name",
    Text(
        "the controller's certificate is for another host name",
        "コントローラの証明書のホスト名が接続先と一致しません",
    ),
    Text(
        "use the name that stands in the certificate in [directory] urls",
        "[directory] urls に証明書に記載の名前を使う",
    ),
)
_OTHER = (
    "directory.certificate",
    Text("the controller's certificate cannot be verified", "コントローラの証明書を検証できません"),
    Text(
        "mend the certificate; unyo never connects without verifying",
        "証明書を直す(検証なしの接続は行いません)",
    ),
)
# OpenSSL's X509_V_ERR numbers.
_BY_VERIFY_CODE = {
    9: _NOT_YET,
    10: _EXPIRED,
    2: _UNKNOWN_CA,
    18: _UNKNOWN_CA,
    19: _UNKNOWN_CA,
    20: _UNKNOWN_CA,
    21: _UNKNOWN_CA,
    62: _NAME,
    64: _NAME,
}
BIND = {
    "52e": Text("name or password is wrong", "名前またはパスワードが違います"),
    "525": Text("there is no such account", "アカウントがありません"),
    "530": Text("log-on is not allowed at this time", "この時間帯のログオンは許可されていません"),
    "531": Text("log-on is not allowed from here", "この端末からのログオンは許可されていません"),
    "532": Text("its password has expired", "パスワードの有効期限が切れています"),
    "533": Text("it is disabled", "アカウントが無効です"),
    "701": Text("it has expired", "アカウントの有効期限が切れています"),
    "773": Text("it must change its password first", "先にパスワードの変更が必要です"),
    "775": Text("it is locked", "アカウントがロックされています"),
}


def connection_fault(url: str, error: BaseException) -> UnyoError:
    """The fault behind an exception of ldap3 or the socket."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code, what, next_step = _BY_VERIFY_CODE.get(error.verify_code, _OTHER)
        return BadSetting(code, what, next_step, target=url, detail=error.verify_message)
    return Unreachable(
        "directory.unreachable",
        Text("the directory does not answer", "ディレクトリが応答しません"),
        Text(
            "check the controller and the network: unyo doctor",
            "コントローラとネットワークを確認: unyo doctor",
        ),
        target=url,
        detail=f"{type(error).__name__}: {error}"[:200],
    )


def is_lost(error: BaseException) -> bool:
    """True if the connection broke or nothing came in time; else ldap3 would not even send the request."""
    from ldap3.core.exceptions import LDAPCommunicationError, LDAPResponseTimeoutError

    return isinstance(error, (OSError, LDAPCommunicationError, LDAPResponseTimeoutError))


def not_encrypted(url: str, detail: str) -> BadSetting:
    """The controller does not do StartTLS; nothing secret was sent."""
    return BadSetting(
        "directory.channel",
        Text(
            "the controller offers no encryption; nothing was sent",
            "コントローラが暗号化に対応していないため、何も送信していません",
        ),
        Text("install a certificate on the controller", "コントローラに証明書を導入する"),
        target=url,
        detail=detail[:200],
    )


def kerberos_fault(url: str, error: BaseException) -> BadSetting:
    """No ticket, a wrong service name or clocks too far apart; gssapi names it in several lines."""
    detail = " ".join(str(error).split())[-200:]
    if "skew" in detail.lower():
        return BadSetting(
            "directory.kerberos.clock",
            Text("the clocks differ too much for Kerberos", "時刻のずれが大きく Kerberos を使えません"),
            Text("synchronise the clock with the controller (chrony)", "コントローラと時刻同期する (chrony)"),
            target=url,
            detail=detail,
        )
    return BadSetting(
        "directory.kerberos",
        Text("Kerberos did not work", "Kerberos 認証ができません"),
        Text(
            "get a ticket (kinit -k) and check realm and host name",
            "チケットを取得 (kinit -k) し、レルムとホスト名を確認する",
        ),
        target=url,
        detail=detail,
    )


def bind_fault(name: str, message: str) -> BadSetting:
    """Why the directory does not accept unyo's own account; the detail is the directory's own answer."""
    reason = BIND.get(bind_data(message))
    return BadSetting(
        "directory.bind",
        Text(
            "the directory does not accept unyo's own account" + (f": {reason.en}" if reason else ""),
            "unyo のアカウントでディレクトリに接続できません" + (f": {reason.ja}" if reason else ""),
        ),
        Text(
            "check [directory] bind_name and its password: unyo doctor",
            "[directory] bind_name とパスワードを確認: unyo doctor",
        ),
        target=name,
        detail=message.strip("\x00 \n")[:200],
    )


def bind_data(message: str) -> str:
    """The ``data`` code of a refused bind, in lower case; empty where there is none."""
    return message.lower().partition("data ")[2].split(",")[0].strip("\x00 \n")
