"""What keeps an account from being renewed that lies around it: other accounts, people, uses, the ledger."""

from __future__ import annotations

from unyo.core.credential import Credential
from unyo.core.errors import NotFound, Refused, TargetSaidNo, Unreachable, UnyoError
from unyo.core.hand import Use
from unyo.core.text import Text

_ADOPT = "unyo passwords adopt"


def via_refused(credential: Credential, via: str) -> UnyoError:
    return TargetSaidNo(
        "passwords.via_refused",
        Text(
            f"the account that sets this password was refused: {via}",
            f"設定に使うアカウントのログオンが拒否されました: {via}",
        ),
        Text(
            f"unyo run passwords.verify --path {via}; nothing was tried with it again",
            f"unyo run passwords.verify --path {via} で確認。以後の試行はしていません",
        ),
        target=credential.label,
    )


def via_open(credential: Credential, via: str) -> UnyoError:
    return Unreachable(
        "passwords.via_open",
        Text(
            f"the account that sets this password is itself being changed: {via}",
            f"設定に使うアカウント自身が変更中です: {via}",
        ),
        Text(
            f"unyo goes on by itself; if that change was cut off: unyo run passwords.verify --path {via}",
            f"自動的に再開します。その変更が中断している場合は unyo run passwords.verify --path {via}",
        ),
        target=credential.label,
    )


def no_first(credential: Credential) -> UnyoError:
    return Refused(
        "passwords.no_first",
        Text("unyo does not know its present password", "現在のパスワードが登録されていません"),
        Text(f"{_ADOPT} {credential.path}", f"{_ADOPT} {credential.path}"),
        target=credential.label,
    )


def not_yet(credential: Credential) -> UnyoError:
    return Refused(
        "passwords.not_yet",
        Text("it still has the password it came with", "導入時のパスワードのままです"),
        Text(
            f"unyo run passwords.rotate --path {credential.path}",
            f"unyo run passwords.rotate --path {credential.path}",
        ),
        target=credential.label,
    )


def checked_out(credential: Credential) -> UnyoError:
    return Refused(
        "passwords.checked_out",
        Text("a person holds this password now", "現在、払出し中のパスワードです"),
        Text(
            "it is renewed when it is given back; at once: name it alone by --path",
            "返却時に変更されます。今すぐ変更する場合は --path で指定",
        ),
        target=credential.label,
    )


def used_elsewhere(credential: Credential, uses: tuple[Use, ...]) -> UnyoError:
    named = listed(uses)
    return Refused(
        "passwords.used",
        Text(
            f"it is stored in places that the approved plan did not name: {named}",
            f"承認された計画にない使用箇所があります: {named}",
        ),
        Text("plan again while it answers (unyo jobs resume)", "応答がある間に計画し直す (unyo jobs resume)"),
        target=credential.label,
    )


def uses_left(credential: Credential, uses: tuple[Use, ...]) -> UnyoError:
    named = listed(uses)
    return TargetSaidNo(
        "passwords.uses_left",
        Text(
            f"the new password is in force, but these still hold the old one: {named}",
            f"新しいパスワードは有効ですが、次の使用箇所が更新できていません: {named}",
        ),
        Text(
            f"before they start next, and once those places answer: unyo run passwords.rotate --path {credential.path}",
            f"次回の起動前に、使用箇所が応答する状態で unyo run passwords.rotate --path {credential.path}",
        ),
        target=credential.label,
    )


def unlisted(path: str) -> UnyoError:
    return NotFound(
        "passwords.unlisted",
        Text("the account is no longer in the ledger", "アカウントが台帳から削除されています"),
        Text("plan again", "計画し直す"),
        target=path,
    )


def books(error: Exception) -> UnyoError:
    """The ledger could not be written; the sealed version stays open, so the next try finds the password."""
    return Unreachable(
        "passwords.books",
        Text(
            "the ledger could not be written; every password sent is sealed in it and will be found",
            "台帳に書き込めません。送信したパスワードはすべて封印済みのため、後で確認できます",
        ),
        Text(
            "make room or start the database; unyo goes on by itself",
            "空き容量・データベースを確認。自動的に再開します",
        ),
        detail=type(error).__name__,
    )


def listed(uses: tuple[Use, ...]) -> str:
    return ", ".join(f"{use.kind} {use.name} ({use.machine})" for use in uses)
