"""What scripts/windows/password.ps1 answers, as facts and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from unyo.connectors.winrm.fault_texts import Known
from unyo.core.credential import Credential
from unyo.core.errors import TargetSaidNo
from unyo.core.hand import AccountFacts, LockoutPolicy, Use
from unyo.core.terminal import Answer
from unyo.core.text import Text

LAPS, GONE = -1, 2221
LOCKED, TOO_SHORT, RESTRICTED = 1909, 2245, 1325
PERSON = "person"

_POLICY = Known(
    "passwords.windows.policy",
    Text(
        "the terminal's account policy refuses this password: length, complexity, history or minimum age",
        "端末のアカウントポリシーによりパスワードが拒否されました(長さ・複雑さ・履歴・変更禁止期間)",
    ),
    Text(
        "compare net accounts on the terminal with inventory/policies/passwords.yml",
        "端末の net accounts と inventory/policies/passwords.yml を比べる",
    ),
)
_REFUSALS = {
    LAPS: Known(
        "passwords.windows.laps",
        Text(
            "Windows LAPS manages this account; nothing was set",
            "Windows LAPS が管理するアカウントのため、設定していません",
        ),
        Text(
            "leave it to LAPS, or take the account out of the LAPS policy first",
            "LAPS に任せるか、先に LAPS ポリシーの対象から外す",
        ),
    ),
    GONE: Known(
        "passwords.windows.gone",
        Text("the terminal has no such account", "端末にこのアカウントがありません"),
        Text(
            "make it, or take it out of inventory/policies/passwords.yml",
            "作成するか、inventory/policies/passwords.yml から外す",
        ),
    ),
    LOCKED: Known(
        "passwords.windows.locked",
        Text("the account is locked on the terminal", "端末でアカウントがロックされています"),
        Text("find out who tries it: event 4740", "試行元を調べる(イベント 4740)"),
    ),
    TOO_SHORT: _POLICY,
    RESTRICTED: _POLICY,
}
_OTHER = Known(
    "passwords.windows.refused",
    Text("the terminal refused to set the password", "端末がパスワードの設定を拒否しました"),
    Text("look the number up: net helpmsg NUMBER", "番号を調べる: net helpmsg 番号"),
)
MANAGER = Known(
    "passwords.windows.manager",
    Text(
        "unyo's own account for terminals was refused there, so that this account could not be looked after",
        "unyo の端末用アカウントが拒否されたため、このアカウントを扱えません",
    ),
    Text(
        "check [terminals] user and its password: unyo doctor",
        "[terminals] user とパスワードを確認する: unyo doctor",
    ),
)
PUT_BACK = Known(
    "passwords.windows.put_back",
    Text(
        "the new password was set but did not log on; the former one was put back",
        "新パスワードでログオンできなかったため、元のパスワードに戻しました",
    ),
    Text(
        "may the account log on over the network? see SeDenyNetworkLogonRight and event 4625",
        "ネットワーク経由のログオンが許可されているか確認する(SeDenyNetworkLogonRight、イベント 4625)",
    ),
)
NOT_PUT_BACK = Known(
    "passwords.windows.not_put_back",
    Text(
        "the new password was set but did not log on, and whether the former one could be put back is not known",
        "新パスワードでログオンできず、元のパスワードに戻せたか不明です",
    ),
    Text("unyo looks which one works before anything else", "次に、有効なパスワードを確認します"),
)


def refusal(number: int, label: str) -> TargetSaidNo:
    """Why the terminal did not set it, by the Win32 number that it gave."""
    known = _REFUSALS.get(number, _OTHER)
    return TargetSaidNo(known.code, known.what, known.next_step, target=label, detail=f"{number}")


def said(known: Known, label: str) -> TargetSaidNo:
    return TargetSaidNo(known.code, known.what, known.next_step, target=label)


def uses_in(listed: Any, machine: str) -> tuple[Use, ...]:
    """``uses``, ``renewed`` or ``not_renewed`` of an answer; PowerShell may give one instead of a list."""
    items: Sequence[Any] = listed if isinstance(listed, list) else [listed] if listed else []
    return tuple(Use(str(each["kind"]), machine, str(each["name"])) for each in items)


def facts_in(answer: Answer, credential: Credential) -> AccountFacts:
    """The answer of the mode ``facts``."""
    if not answer.get("exists"):
        return AccountFacts(exists=False)
    return AccountFacts(
        enabled=bool(answer["enabled"]),
        locked=bool(answer["locked"]),
        last_set=_instant(answer.get("last_set")),
        bad_logons=int(answer["bad_logons"]),
        lockout=_lockout(answer["lockout"]),
        uses=uses_in(answer.get("uses"), credential.system),
        notes=tuple(_notes(answer, credential)),
    )


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None


def _lockout(told: Mapping[str, Any]) -> LockoutPolicy:
    """A duration of zero or below: until an administrator unlocks."""
    seconds = int(told["duration"])
    return LockoutPolicy(
        int(told["threshold"]),
        timedelta(seconds=int(told["window"])),
        timedelta(seconds=seconds) if seconds > 0 else None,
    )


def _notes(answer: Answer, credential: Credential) -> Iterator[Text]:
    if answer.get("laps"):
        yield Text(
            "Windows LAPS manages this account: unyo will not set it",
            "Windows LAPS が管理するアカウントのため、unyo は設定しません",
        )
    if answer.get("protected") and credential.role == PERSON:
        yield Text(
            "a person's account with encrypted data here (stored passwords, EFS): lost unless the password is "
            "changed with the old one known",
            "個人のアカウントで、暗号化データ(保存済みパスワード、EFS)があります。旧パスワードによる変更ができない場合は失われます",
        )
    unread = answer.get("unread") or []
    kinds = ", ".join(str(each) for each in (unread if isinstance(unread, list) else [unread]))
    if kinds:
        yield Text(
            f"could not be looked at for stored passwords: {kinds}",
            f"パスワードの使用箇所を確認できない種類があります: {kinds}",
        )
