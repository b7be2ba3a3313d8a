"""Why a Linux server does not take a new password: what PAM's modules say, explained."""

from __future__ import annotations

import re

from unyo.connectors.ssh.fault_texts import Known
from unyo.core.errors import TargetSaidNo
from unyo.core.secret import Secret
from unyo.core.text import Text

_LENGTHEN = Text(
    "raise the length in inventory/policies/passwords.yml to what the server asks for",
    "inventory/policies/passwords.yml の長さをサーバの規則に合わせる",
)
_CLASSES = Text(
    "match the classes in inventory/policies/passwords.yml to pwquality.conf of the server",
    "inventory/policies/passwords.yml の文字種をサーバの pwquality.conf に合わせる",
)
_KNOWN = (
    (
        ("already used", "has been already used", "recently used"),
        Known(
            "ssh.refused.history",
            Text("the server knows this password already (history)", "以前使ったパスワードです(履歴)"),
            Text("run again: a new one is made", "再実行すると新しいパスワードを作ります"),
        ),
    ),
    (
        ("too short", "longer password", "shorter than"),
        Known(
            "ssh.refused.length",
            Text("the new password is too short for the server", "サーバの規則より短いパスワードです"),
            _LENGTHEN,
        ),
    ),
    (
        ("must wait longer", "too early", "minimum age"),
        Known(
            "ssh.refused.minimum_age",
            Text("the server's minimum age is not over yet", "最短使用期間を過ぎていません"),
            Text(
                "wait, use a via account, or lower it: chage -m",
                "待つか、via アカウントを使うか、chage -m で短くする",
            ),
        ),
    ),
    (
        ("bad password", "too simple", "too similar", "palindrome", "dictionary", "based on", "digits",
         "uppercase", "lowercase", "non-alphanumeric", "character classes", "monotonic", "same characters",
         "case changes only", "no change"),
        Known(
            "ssh.refused.quality",
            Text("the server finds the new password too weak", "サーバの品質規則を満たしません"),
            _CLASSES,
        ),
    ),
    (
        ("cannot lock", "lock busy", "try again later"),
        Known(
            "ssh.refused.busy",
            Text(
                "the password file is locked: another change is under way",
                "パスワードファイルがロックされています(別の変更の実行中)",
            ),
            Text("run again; if it stays, look for /etc/*.lock", "再実行し、続く場合は /etc/*.lock を調べる"),
        ),
    ),
    (
        ("read-only", "no space left", "failure while writing", "can't open", "cannot open"),
        Known(
            "ssh.refused.disk",
            Text("the server could not write its password file", "サーバがパスワードファイルに書けません"),
            Text("is its disk full or read-only?", "ディスクの空きと読み取り専用かを確認する"),
        ),
    ),
    (
        ("not known to the underlying", "does not exist", "unknown user"),
        Known(
            "ssh.account",
            Text("there is no such account on the server", "サーバにアカウントがありません"),
            Text("correct the ledger or make the account", "台帳を直すか、アカウントを作成する"),
        ),
    ),
)  # fmt: skip
_QUESTION = re.compile(r"(changing|current|new|retype new) (unix )?password( for \S+)?[:.]?", re.IGNORECASE)
_OTHER = Known(
    "ssh.refused",
    Text("the server did not take the new password", "サーバが新しいパスワードを受け付けませんでした"),
    Text(
        "see its answer and its log (/var/log/auth.log)", "応答とサーバのログ (/var/log/auth.log) を確認する"
    ),
)


def refusal(said: str, target: str, secrets: tuple[Secret, ...]) -> TargetSaidNo:
    """The error behind what chpasswd or passwd printed; quoted only where no secret is in it."""
    lowered = said.lower()
    known = next((known for marks, known in _KNOWN if any(mark in lowered for mark in marks)), _OTHER)
    clean = " ".join(_QUESTION.sub(" ", said).split())
    quoted = "" if any(secret.reveal() in clean for secret in secrets) else clean[:300]
    return known.said_no(target, quoted)
