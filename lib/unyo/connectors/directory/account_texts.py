"""Why an account of the directory could not be dealt with, in words."""

from __future__ import annotations

from unyo.connectors.directory.faults import BIND
from unyo.core.directory import Logon
from unyo.core.errors import BadInput, TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text

_NEXT = {
    "530": Text(
        "allow log-on at this time, or try then", "ログオン時間の制限を見直すか、許可された時間に再実行する"
    ),
    "531": Text(
        "allow log-on from this machine (userWorkstations)", "ログオン先の制限 (userWorkstations) を見直す"
    ),
    "532": Text("let it be reset through another account (via)", "別のアカウント経由 (via) で再設定する"),
    "533": Text("enable it first: unyo does not", "先に有効化する(unyo は有効化しません)"),
    "701": Text("extend its end date first: unyo does not", "先に期限を延長する(unyo は延長しません)"),
    "773": Text("let it be reset through another account (via)", "別のアカウント経由 (via) で再設定する"),
    "775": Text(
        "find out who locks it, then: unyo passwords unlock", "原因を確認してから unyo passwords unlock"
    ),
}


def wrong_password(label: str) -> UnyoError:
    return TargetSaidNo(
        "directory.account.wrong",
        Text("the directory refused name and password", "ディレクトリがパスワードを拒否しました"),
        Text(
            "somebody changed it: unyo looks for the right one among those kept",
            "他者が変更した可能性があります。保管中のパスワードから自動的に探します",
        ),
        target=label,
    )


def blocked(label: str, data: str, logon: Logon | None) -> UnyoError:
    """It may not log on, whatever the password."""
    reason = BIND.get(data) or Text(str(logon), str(logon))
    return TargetSaidNo(
        f"directory.account.{data or 'blocked'}",
        Text(f"the account cannot log on: {reason.en}", f"このアカウントはログオンできません: {reason.ja}"),
        _NEXT.get(data) or Text("look at the account", "アカウントを確認する"),
        target=label,
        detail=f"data {data}" if data else None,
    )


def gone(label: str, account: str) -> UnyoError:
    return TargetSaidNo(
        "directory.account.gone",
        Text("the directory has no such account", "ディレクトリにこのアカウントはありません"),
        Text("check the account's name in the device list", "機器一覧のアカウント名を確認する"),
        target=label,
        detail=account,
    )


def ambiguous(label: str, account: str) -> UnyoError:
    return TargetSaidNo(
        "directory.account.ambiguous",
        Text("several accounts answer to this name", "この名前に該当するアカウントが複数あります"),
        Text("write its DN or user principal name", "DN または UPN で指定する"),
        target=label,
        detail=account,
    )


def busy(label: str, answer: UnyoError) -> UnyoError:
    """The controller said no before it did anything; later it may say yes."""
    return Unreachable(answer.code, answer.what, answer.next_step, target=label, detail=answer.detail)


def not_taken_up(label: str) -> UnyoError:
    """Set without an error, and the same controller refuses it."""
    return TargetSaidNo(
        "directory.account.not_taken_up",
        Text(
            "the controller took the new password and refuses it at log-on",
            "新しいパスワードは設定されましたが、ログオンが拒否されました",
        ),
        Text("unyo looks which one is in force", "有効なパスワードを unyo が確認します"),
        target=label,
    )


def no_password(label: str) -> UnyoError:
    return BadInput(
        "directory.account.no_password",
        Text(
            "neither its own password nor an account that may reset it is known",
            "現在のパスワードも、再設定できるアカウント (via) も登録されていません",
        ),
        Text(
            "adopt its password, or name a via account in the device list",
            "unyo passwords adopt で登録するか、機器一覧で via を指定する",
        ),
        target=label,
    )
