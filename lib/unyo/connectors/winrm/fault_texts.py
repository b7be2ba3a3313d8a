"""The faults of a connection in words: code, what happened, what to do next."""

from __future__ import annotations

from typing import NamedTuple

from unyo.core.text import Text


class Known(NamedTuple):
    """One kind of fault."""

    code: str
    what: Text
    next_step: Text


CERTIFICATE_EXPIRED = Known(
    "terminals.certificate.expired",
    Text("the terminal's certificate has expired", "端末の証明書の有効期限が切れています"),
    Text("renew it (gpupdate /force renews an enrolled one)", "更新する(自動登録なら gpupdate /force)"),
)
CERTIFICATE_NOT_YET = Known(
    "terminals.certificate.not_yet",
    Text("the terminal's certificate is not valid yet", "端末の証明書の有効期間が始まっていません"),
    Text("check the clocks on both sides", "双方の時刻を確認する"),
)
CERTIFICATE_UNKNOWN_CA = Known(
    "terminals.certificate.unknown_ca",
    Text(
        "the terminal's certificate comes from an unknown authority",
        "端末の証明書を発行した認証局が登録されていません",
    ),
    Text(
        "put the authority's certificate (PEM) into [terminals] ca_file",
        "認証局の証明書 (PEM) を [terminals] ca_file に設定する",
    ),
)
CERTIFICATE_NAME = Known(
    "terminals.certificate.name",
    Text(
        "the terminal's certificate is for another name: is this another machine?",
        "端末の証明書の名前が接続先と一致しません(別の機器の可能性)",
    ),
    Text(
        "the address in the ledger must be the name in the certificate",
        "台帳のアドレスを証明書の名前に合わせる",
    ),
)
CERTIFICATE = Known(
    "terminals.certificate",
    Text("the terminal's certificate cannot be verified", "端末の証明書を検証できません"),
    Text(
        "mend the certificate; unyo never connects without verifying",
        "証明書を直す(検証なしの接続は行いません)",
    ),
)
TLS = Known(
    "terminals.tls",
    Text("no encrypted channel could be agreed on", "暗号化通信を確立できません"),
    Text("is this port WinRM over HTTPS (5986)?", "ポートが HTTPS の WinRM (5986) か確認する"),
)
LOGON = Known(
    "terminals.logon",
    Text(
        "the terminal refused the log-on: wrong password, or the account is locked, disabled or not allowed "
        "here (WinRM does not say which)",
        "端末がログオンを拒否しました: パスワード誤り、アカウントのロック・無効、権限なしのいずれか"
        "(WinRM は理由を区別しません)",
    ),
    Text(
        "look at event 4625 in the terminal's security log, and check the account; not tried again, so that "
        "it is not locked",
        "端末のセキュリティログ 4625 とアカウントを確認する(ロックを避けるため再試行していません)",
    ),
)
UNSETTLED = Known(
    LOGON.code,
    Text(
        "the terminal refused the log-on, and a change of its password was cut off: another password may be in "
        "force there",
        "端末がログオンを拒否しました。パスワード変更が中断されたままのため、別のパスワードが有効な可能性があります",
    ),
    Text(
        "settle it: unyo run passwords.rotate --system NAME",
        "解決する: unyo run passwords.rotate --system 端末名",
    ),
)
SCHEME = Known(
    "terminals.scheme",
    Text(
        "the terminal offers none of the ways to log on that are allowed here; no password was tried",
        "端末が許可された認証方式を提示しないため、ログオンを試行していません",
    ),
    Text(
        "compare [terminals] transport with: winrm get winrm/config/service/auth",
        "[terminals] transport と winrm get winrm/config/service/auth を比べる",
    ),
)
RIGHTS = Known(
    "terminals.rights",
    Text(
        "the log-on works, but the account may not do this",
        "ログオンはできますが、アカウントに権限がありません",
    ),
    Text(
        "make it an administrator or a member of Remote Management Users; for local accounts see "
        "LocalAccountTokenFilterPolicy",
        "管理者または Remote Management Users に加える(ローカルアカウントは LocalAccountTokenFilterPolicy も確認)",
    ),
)
KERBEROS_CLOCK = Known(
    "terminals.kerberos.clock",
    Text("the clocks differ too much for Kerberos", "時刻のずれが大きく Kerberos を使えません"),
    Text(
        "synchronise this machine and the terminal with the controller",
        "この機器と端末をコントローラと時刻同期する",
    ),
)
KERBEROS_NAME = Known(
    "terminals.kerberos.name",
    Text(
        "the domain does not know a service of that name",
        "ドメインにこの名前のサービス (SPN) が登録されていません",
    ),
    Text(
        "use the terminal's full name as its address; check its SPN: setspn -L NAME",
        "アドレスに完全修飾名を使い、SPN を確認する: setspn -L 端末名",
    ),
)
KERBEROS_REFUSED = Known(
    "terminals.kerberos.refused",
    Text(
        "the terminal did not accept the Kerberos ticket: its clock is off, or the account is not allowed here",
        "端末が Kerberos チケットを受け付けません: 時刻のずれ、またはアカウントの権限なし",
    ),
    Text(
        "compare the terminal's clock with the controller's (w32tm /query /status), then look at event 4625",
        "端末とコントローラの時刻を比べ (w32tm /query /status)、イベント 4625 を確認する",
    ),
)
KERBEROS_TICKET = Known(
    "terminals.kerberos.ticket",
    Text("there is no Kerberos ticket for the account", "アカウントの Kerberos チケットがありません"),
    Text("get one: kinit -k, or check the password", "取得する: kinit -k、またはパスワードを確認する"),
)
KERBEROS = Known(
    "terminals.kerberos",
    Text("Kerberos did not work", "Kerberos 認証ができません"),
    Text("check realm, controller and names in krb5.conf", "krb5.conf のレルムとコントローラを確認する"),
)
QUOTA = Known(
    "terminals.quota",
    Text("the terminal has too many sessions open", "端末のセッション数が上限に達しています"),
    Text(
        "wait, or look for sessions left behind: winrm enumerate shell",
        "時間を置くか、残ったセッションを確認する: winrm enumerate shell",
    ),
)
OPERATION_TIMEOUT = Known(
    "terminals.operation_timeout",
    Text("the terminal's WinRM did not finish in its time", "端末の WinRM が時間内に処理を終えませんでした"),
    Text("is the terminal overloaded? run again", "端末の負荷を確認し、再実行する"),
)
BROKEN = Known(
    "terminals.connection",
    Text("the connection broke before anything was done", "処理前に接続が切れました(未実施)"),
    Text("run again", "再実行する"),
)
REPLY_LOST = Known(
    "terminals.reply_lost",
    Text(
        "the connection broke after the work was sent: whether it was done is not known",
        "処理の送信後に接続が切れたため、実施されたか不明です",
    ),
    Text("unyo reads the terminal back before anything is repeated", "再実行の前に端末の状態を読み直します"),
)
TIMEOUT = Known(
    "terminals.timeout",
    Text("nothing came in time; the attempt was ended", "時間内に応答がなく、処理を打ち切りました"),
    Text("look at the terminal, then run again", "端末を確認し、再実行する"),
)
WSMAN = Known(
    "terminals.wsman",
    Text("the terminal's WinRM refused", "端末の WinRM が拒否しました"),
    Text(
        "look the number up; check: winrm get winrm/config",
        "番号を調べ、設定を確認する: winrm get winrm/config",
    ),
)
HTTP = Known(
    "terminals.http",
    Text("something answers, but not as WinRM does", "応答はありますが WinRM の応答ではありません"),
    Text("check port and scheme in [terminals]", "[terminals] の port と scheme を確認する"),
)
CONSTRAINED = Known(
    "terminals.constrained",
    Text(
        "PowerShell is in constrained language mode on the terminal",
        "端末の PowerShell が制限付き言語モードです",
    ),
    Text(
        "allow administrators' scripts in AppLocker or WDAC (see docs/windows.md)",
        "AppLocker または WDAC で管理者のスクリプトを許可する (docs/windows.md)",
    ),
)
DOUBLE_HOP = Known(
    "terminals.double_hop",
    Text(
        "the script tried to log on from the terminal to another machine, which WinRM does not allow",
        "端末から別の機器へのログオン(ダブルホップ)は WinRM では許可されません",
    ),
    Text("push files and values to the terminal instead", "ファイルや値は端末へ直接渡す"),
)
SCRIPT = Known(
    "terminals.script",
    Text("a script failed on the terminal", "端末でスクリプトが失敗しました"),
    Text(
        "read the answer; unyo run terminals.diagnose shows more",
        "応答を確認する(詳細は unyo run terminals.diagnose)",
    ),
)
NO_ANSWER = Known(
    "terminals.no_answer",
    Text("PowerShell on the terminal gave no answer", "端末の PowerShell が応答を返しませんでした"),
    Text(
        "an antivirus or a policy may have stopped it: look at its event log",
        "ウイルス対策やポリシーが停止した可能性: イベントログを確認する",
    ),
)
SWAPPED = Known(
    "terminals.swapped",
    Text(
        "this is another machine than the ledger says; nothing was done",
        "台帳と異なる機器のため、何も実施していません",
    ),
    Text(
        "was it exchanged? correct the ledger: unyo run terminals.discover, then run again",
        "交換された場合は台帳を修正: unyo run terminals.discover の後に再実行",
    ),
)
UNEXPECTED = Known(
    "terminals.unexpected",
    Text("the connection failed in an unknown way", "想定外の理由で接続に失敗しました"),
    Text(
        "run again; if it stays, ask whoever maintains unyo", "再実行し、続く場合は unyo の保守担当に連絡する"
    ),
)
