"""The faults of SSH in words: code, what happened, what to do next."""

from __future__ import annotations

from typing import NamedTuple

from unyo.core.errors import BadInput, TargetSaidNo, Unreachable
from unyo.core.text import Text


class Known(NamedTuple):
    """One kind of fault."""

    code: str
    what: Text
    next_step: Text

    def said_no(self, target: str, detail: str = "") -> TargetSaidNo:
        return TargetSaidNo(self.code, self.what, self.next_step, target=target, detail=detail or None)

    def unreachable(self, target: str, detail: str = "") -> Unreachable:
        return Unreachable(self.code, self.what, self.next_step, target=target, detail=detail or None)

    def bad_input(self, target: str) -> BadInput:
        return BadInput(self.code, self.what, self.next_step, target=target)


UNREACHABLE = Known(
    "ssh.unreachable",
    Text("the server does not answer over SSH", "サーバが SSH で応答しません"),
    Text(
        "is it on? check address, port and firewall",
        "電源・アドレス・ポート・ファイアウォールを確認する",
    ),
)
NO_NAME = Known(
    "ssh.unreachable.name",
    Text("the server's name is not known", "サーバの名前を解決できません"),
    Text("correct the address in the ledger", "台帳のアドレスを直す"),
)
GREETING = Known(
    "ssh.unreachable.greeting",
    Text(
        "the server hangs up before anybody can log on",
        "ログオンの前にサーバが接続を切ります",
    ),
    Text(
        "too many connections (MaxStartups), a ban (fail2ban) or another service on this port: look at its log",
        "接続数の上限 (MaxStartups)、fail2ban による遮断、別サービスの可能性: サーバのログを確認する",
    ),
)
ALGORITHMS = Known(
    "ssh.algorithms",
    Text("no common encryption could be agreed on", "共通の暗号方式がありません"),
    Text("bring the server's sshd up to date", "サーバの sshd を更新する"),
)
LOGON = Known(
    "ssh.logon",
    Text("the server refused name or password", "サーバがアカウント名またはパスワードを拒否しました"),
    Text(
        "if the password is right: is the account locked (faillock) or kept out (AllowUsers, PermitRootLogin)?",
        "パスワードが正しい場合: ロック (faillock) やログオン制限 (AllowUsers、PermitRootLogin) を確認する",
    ),
)
NO_PASSWORDS = Known(
    "ssh.logon.method",
    Text(
        "the server takes no passwords from this account over SSH; none was tried",
        "このアカウントは SSH でのパスワード認証が許可されていません(試行していません)",
    ),
    Text(
        "PasswordAuthentication, PermitRootLogin or Match in sshd_config; root: set option log_on: su",
        "sshd_config の PasswordAuthentication・PermitRootLogin・Match を確認。root なら log_on: su を設定",
    ),
)
SECOND_FACTOR = Known(
    "ssh.logon.second_factor",
    Text("the server asks for a second factor", "サーバが二要素認証を求めています"),
    Text("exempt the account that unyo uses from it", "unyo が使うアカウントを対象外にする"),
)
LOST_IN_LOGON = Known(
    "ssh.lost.logon",
    Text("the connection broke during the log-on", "ログオン中に接続が切れました"),
    Text("run again", "再実行する"),
)
LOST = Known(
    "ssh.lost",
    Text("the connection broke before anything was changed", "変更前に接続が切れました(未実施)"),
    Text("run again", "再実行する"),
)
REPLY_LOST = Known(
    "ssh.reply_lost",
    Text(
        "the connection broke after the password was sent: whether it was set is not known",
        "パスワードの送信後に接続が切れたため、設定されたか不明です",
    ),
    Text(
        "the next run tries which one works, within the lock-out policy",
        "次回の実行がロックしない範囲でどちらが有効か確かめます",
    ),
)
NO_SHELL = Known(
    "ssh.shell",
    Text(
        "the account logs on, but the server runs no commands for it",
        "ログオンはできますが、コマンドを実行できません",
    ),
    Text("check its shell and ForceCommand", "シェルと ForceCommand を確認する"),
)
MUST_CHANGE = Known(
    "ssh.must_change",
    Text(
        "the account must change its password at a terminal first",
        "先に端末でのパスワード変更が求められています",
    ),
    Text(
        "set it through another account (via), or lift it: chage -d",
        "別のアカウント (via) で設定するか、chage -d で解除する",
    ),
)
SUDO_PASSWORD = Known(
    "ssh.sudo.password",
    Text(
        "sudo refused the password that had just logged on", "ログオンできたパスワードを sudo が拒否しました"
    ),
    Text("check sudoers (rootpw, targetpw) and PAM", "sudoers (rootpw、targetpw) と PAM を確認する"),
)
SUDO_RIGHTS = Known(
    "ssh.sudo.rights",
    Text("the account may not become root with sudo", "アカウントに sudo の権限がありません"),
    Text(
        "allow it /bin/sh in sudoers, or use another account (via)",
        "sudoers で許可するか、別のアカウント (via) を使う",
    ),
)
NO_SUDO = Known(
    "ssh.sudo.missing",
    Text("sudo is not installed on the server", "サーバに sudo がありません"),
    Text("install it, or use root as via", "sudo を導入するか、via に root を使う"),
)
NO_PROGRAM = Known(
    "ssh.program",
    Text("chpasswd or passwd is missing on the server", "サーバに chpasswd・passwd がありません"),
    Text("install the package passwd", "パッケージ passwd を導入する"),
)
NO_ACCOUNT = Known(
    "ssh.account",
    Text("there is no such account on the server", "サーバにアカウントがありません"),
    Text("correct the ledger or make the account", "台帳を直すか、アカウントを作成する"),
)
ACCOUNT_NAME = Known(
    "ssh.account_name",
    Text("this is no name of a Linux account", "Linux のアカウント名として使えません"),
    Text("correct the ledger", "台帳を直す"),
)
PASSWORD_TEXT = Known(
    "ssh.password_text",
    Text(
        "a password cannot hold line breaks or control characters", "パスワードに改行や制御文字は使えません"
    ),
    Text("correct the policy of passwords", "パスワードの方針を直す"),
)
SU_NEEDS_VIA = Known(
    "ssh.su.via",
    Text("log_on: su needs another account that signs on", "log_on: su には接続用の別アカウントが必要です"),
    Text("name it as via of this account", "このアカウントの via に指定する"),
)
SU_AS_ROOT = Known(
    "ssh.su.root",
    Text(
        "root is never asked for a password by su, so nothing can be proven through it",
        "root からの su はパスワードを求めないため、確認できません",
    ),
    Text("name an account with sudo as via", "via に sudo のできるアカウントを指定する"),
)
NO_PASSWORD = Known(
    "ssh.no_password",
    Text("no password is known to sign on with", "ログオンに使うパスワードがありません"),
    Text("adopt one: unyo passwords adopt", "登録する: unyo passwords adopt"),
)
PUT_BACK = Known(
    "ssh.put_back",
    Text(
        "the new password was set but did not log on; the old one was put back and is in force",
        "新しいパスワードは設定されましたがログオンできず、元のパスワードに戻しました",
    ),
    Text(
        "is the account locked (faillock) or kept out (PermitRootLogin, AllowUsers)? root: option log_on: su",
        "ロック (faillock) やログオン制限 (PermitRootLogin、AllowUsers) を確認。root なら log_on: su",
    ),
)
NOT_PUT_BACK = Known(
    "ssh.not_put_back",
    Text(
        "the new password was set but did not log on, and the old one could not be put back",
        "新しいパスワードでログオンできず、元に戻すこともできませんでした",
    ),
    Text("the next run tries which one works", "次回の実行がどちらが有効か確かめます"),
)
