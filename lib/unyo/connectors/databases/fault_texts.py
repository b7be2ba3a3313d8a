"""The faults of databases in words: code, what happened, what to do next."""

from __future__ import annotations

from typing import NamedTuple

from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
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

    def bad_setting(self, target: str, detail: str = "") -> BadSetting:
        return BadSetting(self.code, self.what, self.next_step, target=target, detail=detail or None)


UNREACHABLE = Known(
    "database.unreachable",
    Text("the database does not answer", "データベースが応答しません"),
    Text("is it running? check address, port and socket", "起動状態・アドレス・ポート・ソケットを確認する"),
)
CHANNEL = Known(
    "database.channel",
    Text(
        "the way to the database would not be encrypted; nothing was sent",
        "データベースへの通信が暗号化されないため、何も送信していません",
    ),
    Text(
        "give option ca_file (TLS), or use a socket or the loopback address",
        "オプション ca_file (TLS) を指定するか、ソケットまたはループバックを使う",
    ),
)
CERTIFICATE = Known(
    "database.certificate",
    Text(
        "the database's certificate cannot be verified; nothing was sent",
        "データベースの証明書を検証できないため、何も送信していません",
    ),
    Text(
        "check option ca_file, the certificate's name and its dates",
        "オプション ca_file、証明書の名前と有効期限を確認する",
    ),
)
LOGON = Known(
    "database.logon",
    Text("the database refused name or password", "データベースがアカウント名またはパスワードを拒否しました"),
    Text(
        "check the account, where it may come from, and whether it has expired (VALID UNTIL)",
        "アカウント、接続元の許可、有効期限 (VALID UNTIL) を確認する",
    ),
)
DISABLED = Known(
    "database.logon.disabled",
    Text("the account may not log on", "アカウントのログオンが許可されていません"),
    Text(
        "ALTER ROLE … LOGIN or ALTER USER … ACCOUNT UNLOCK",
        "ALTER ROLE … LOGIN または ALTER USER … ACCOUNT UNLOCK を実行する",
    ),
)
LOCKED = Known(
    "database.logon.locked",
    Text(
        "the account is blocked after too many bad log-ons",
        "ログオン失敗が続き、アカウントがブロックされています",
    ),
    Text(
        "FLUSH PRIVILEGES lifts it; find out who tried (max_password_errors)",
        "FLUSH PRIVILEGES で解除し、試行元を調べる (max_password_errors)",
    ),
)
MUST_CHANGE = Known(
    "database.logon.must_change",
    Text("the account's password has expired", "アカウントのパスワードの有効期限が切れています"),
    Text("set it through another account (via)", "別のアカウント (via) で設定する"),
)
EXPIRED = Known(
    "database.logon.expired",
    Text(
        "the role's password has expired (VALID UNTIL): a new one would not log on either; nothing was sent",
        "ロールの有効期限 (VALID UNTIL) が切れているため、何も送信していません",
    ),
    Text("ALTER ROLE … VALID UNTIL 'infinity' or a later day", "ALTER ROLE … VALID UNTIL で期限を延ばす"),
)
NOT_ASKED = Known(
    "database.logon.not_asked",
    Text(
        "the server lets this account in without a password: a log-on proves nothing",
        "サーバがパスワードなしでログオンを許可しているため、確認できません",
    ),
    Text(
        "use scram-sha-256 for it in pg_hba.conf instead of trust or peer",
        "pg_hba.conf で trust・peer ではなく scram-sha-256 を使う",
    ),
)
LOST = Known(
    "database.lost",
    Text("the connection broke before anything was changed", "変更前に接続が切れました(未実施)"),
    Text("run again", "再実行する"),
)
REPLY_LOST = Known(
    "database.reply_lost",
    Text(
        "the connection broke after the password was sent: whether it was set is not known",
        "パスワードの送信後に接続が切れたため、設定されたか不明です",
    ),
    Text(
        "the next run tries which one works, within the lock-out policy",
        "次回の実行がロックしない範囲でどちらが有効か確かめます",
    ),
)
RIGHTS = Known(
    "database.rights",
    Text("the account may not set this password", "アカウントにこのパスワードを設定する権限がありません"),
    Text(
        "PostgreSQL: CREATEROLE or superuser; MariaDB: CREATE USER or UPDATE on mysql",
        "PostgreSQL: CREATEROLE か superuser、MariaDB: CREATE USER か mysql への UPDATE を与える",
    ),
)
READ_ONLY = Known(
    "database.read_only",
    Text("the database is read-only, a replica perhaps", "データベースが読み取り専用です(レプリカの可能性)"),
    Text("name the primary as the address", "アドレスにプライマリを指定する"),
)
CLEAR_TEXT_ONLY = Known(
    "database.refused.validation",
    Text(
        "the server checks passwords in clear text and takes no hashes (strict_password_validation)",
        "サーバが平文での検査を求め、ハッシュを受け付けません (strict_password_validation)",
    ),
    Text(
        "set strict_password_validation = OFF: unyo's own policy holds, and clear text would be in the logs",
        "strict_password_validation = OFF に設定する(規則は unyo が守り、平文はログに残さない)",
    ),
)
REFUSED = Known(
    "database.refused",
    Text(
        "the database did not take the new password", "データベースが新しいパスワードを受け付けませんでした"
    ),
    Text("see its answer and its log", "応答とデータベースのログを確認する"),
)
NO_ACCOUNT = Known(
    "database.account",
    Text("there is no such account in the database", "データベースにアカウントがありません"),
    Text("correct the ledger or make the account", "台帳を直すか、アカウントを作成する"),
)
SEVERAL = Known(
    "database.account.several",
    Text(
        "several accounts of this name exist, one for each host they come from",
        "同じ名前のアカウントが接続元ごとに複数あります",
    ),
    Text("name one with option host, such as: host: '%'", "オプション host で指定する(例: host: '%')"),
)
PLUGIN = Known(
    "database.plugin",
    Text(
        "the account does not log on with a password that can be set here",
        "このアカウントの認証方式ではパスワードを設定できません",
    ),
    Text("use ed25519 or mysql_native_password for it", "ed25519 か mysql_native_password を使う"),
)
NO_PASSWORD = Known(
    "database.no_password",
    Text("no password is known to sign on with", "ログオンに使うパスワードがありません"),
    Text("adopt one: unyo passwords adopt", "登録する: unyo passwords adopt"),
)
PUT_BACK = Known(
    "database.put_back",
    Text(
        "the new password was set but did not log on; the old one was put back and is in force",
        "新しいパスワードは設定されましたがログオンできず、元のパスワードに戻しました",
    ),
    Text(
        "check where the account may come from and whether it has expired (VALID UNTIL)",
        "接続元の許可と有効期限 (VALID UNTIL) を確認する",
    ),
)
NOT_PUT_BACK = Known(
    "database.not_put_back",
    Text(
        "the new password was set but did not log on, and the old one could not be put back",
        "新しいパスワードでログオンできず、元に戻すこともできませんでした",
    ),
    Text("the next run tries which one works", "次回の実行がどちらが有効か確かめます"),
)
