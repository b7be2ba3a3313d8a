"""Why an account could not be dealt with, and what to do: the errors of passwords and their texts."""

from __future__ import annotations

from datetime import datetime

from unyo.core.credential import Credential
from unyo.core.dates import in_jst
from unyo.core.directory import Logon
from unyo.core.errors import TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text

_ADOPT = "unyo passwords adopt"


def torn(credential: Credential) -> UnyoError:
    return TargetSaidNo(
        "passwords.torn",
        Text(
            "neither the password in the books nor any older one works; nothing more is tried",
            "台帳のパスワードも過去のパスワードもすべて拒否されました。これ以上は試しません",
        ),
        Text(
            f"reset it there (LAPS, local console), then: {_ADOPT} {credential.path};"
            f" to go through all once more: unyo run passwords.verify --path {credential.path}",
            f"対象側で再設定 (LAPS、ローカルコンソール) してから {_ADOPT} {credential.path}。"
            f"もう一度すべて試す場合は unyo run passwords.verify --path {credential.path}",
        ),
        target=credential.label,
    )


def drifted(credential: Credential) -> UnyoError:
    return TargetSaidNo(
        "passwords.drifted",
        Text("the password in the books was refused", "台帳のパスワードが拒否されました"),
        Text(
            f"unyo run passwords.rotate --path {credential.path} looks for an older one that works",
            f"unyo run passwords.rotate --path {credential.path} で有効な過去のパスワードを探す",
        ),
        target=credential.label,
    )


def waits(credential: Credential, until: datetime) -> UnyoError:
    return Unreachable(
        "passwords.waits",
        Text(
            f"no log-on is tried before {in_jst(until):%Y-%m-%d %H:%M}, so that the account is not locked",
            f"ロックを避けるため {in_jst(until):%Y-%m-%d %H:%M} まで試行しません",
        ),
        Text(
            f"unyo goes on by itself; if you know the password: {_ADOPT} {credential.path}",
            f"自動的に再開します。パスワードが分かる場合は {_ADOPT} {credential.path}",
        ),
        target=credential.label,
    )


def no_room(credential: Credential, threshold: int) -> UnyoError:
    return TargetSaidNo(
        "passwords.no_room",
        Text(
            f"the system locks after {threshold} bad log-ons: unyo tries none that may fail",
            f"{threshold} 回の失敗でロックされる設定のため、失敗の可能性がある試行はしません",
        ),
        Text(
            f"find out which password works, then: {_ADOPT} {credential.path}",
            f"有効なパスワードを確認してから {_ADOPT} {credential.path}",
        ),
        target=credential.label,
    )


def blocked(credential: Credential, answer: Logon) -> UnyoError:
    """The account is locked, disabled or expired; whether the password is right does not show."""
    if answer is Logon.LOCKED:
        return TargetSaidNo(
            "passwords.locked",
            Text(
                "the account is locked; nothing more is tried",
                "アカウントがロック中です。これ以上は試しません",
            ),
            Text(
                "find out who locks it, unlock it, then: unyo jobs resume",
                "原因を確認し、ロックを解除してから unyo jobs resume",
            ),
            target=credential.label,
        )
    return TargetSaidNo(
        "passwords.blocked",
        Text(f"the account cannot log on: {answer}", f"このアカウントではログオンできません ({answer})"),
        Text("enable or extend it, then: unyo jobs resume", "有効化または期限延長してから unyo jobs resume"),
        target=credential.label,
    )


def unproven(credential: Credential, state: str, why: UnyoError | None) -> UnyoError:
    """It may hold the new password or the old one; both are kept, and the next look tells."""
    return Unreachable(
        "passwords.unproven",
        Text(
            f"which password is in force could not be looked at ({state}); both are kept",
            f"どちらのパスワードが有効か確認できていません ({state})。新旧とも保管しています",
        ),
        Text("unyo looks again by itself when it answers", "応答があり次第、自動的に再確認します"),
        target=credential.label,
        detail=why.what.en if why else None,
    )


def not_taken(credential: Credential, why: UnyoError | None) -> UnyoError:
    return TargetSaidNo(
        "passwords.not_taken",
        Text(
            "the new password was sent twice and did not come into force; the old one works",
            "新しいパスワードを 2 回送信しましたが有効になりません。従来のパスワードが有効です",
        ),
        Text("look at the system, then: unyo jobs resume", "対象を確認してから unyo jobs resume"),
        target=credential.label,
        detail=why.what.en if why else None,
    )


def unsaved(credential: Credential, why: UnyoError | None) -> UnyoError:
    return TargetSaidNo(
        "passwords.unsaved",
        Text(
            "the password works, but the device has not saved it: a restart would bring the former one back",
            "パスワードは有効ですが、機器に保存されていません。再起動すると以前のものに戻ります",
        ),
        Text(
            "save the configuration there, then: unyo jobs resume",
            "機器で設定を保存してから unyo jobs resume",
        ),
        target=credential.label,
        detail=why.what.en if why else None,
    )


def gone(credential: Credential) -> UnyoError:
    return TargetSaidNo(
        "passwords.gone",
        Text("the system does not know this account", "対象にこのアカウントが存在しません"),
        Text(
            "make it there, or take it out of the policy or the device list",
            "対象に作成するか、ポリシー・機器一覧から外す",
        ),
        target=credential.label,
    )
