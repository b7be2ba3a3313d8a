"""What a SCIM service's refusals mean to a person."""

from __future__ import annotations

import httpx

from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text

_AGAIN = Text(
    "nothing is lost: what was not sent goes with the next run of accounts.distribute",
    "未送信分は次回の accounts.distribute で自動的に再送されます",
)


def silent(system: str, error: httpx.TransportError) -> UnyoError:
    """No answer at all, or none in time."""
    what = Text("it does not answer", "応答がありません")
    return Unreachable("distribution.no_answer", what, _AGAIN, target=system, detail=type(error).__name__)


def untrusted(system: str, error: httpx.TransportError) -> UnyoError:
    return BadSetting(
        "distribution.certificate",
        Text("its certificate cannot be trusted", "サーバー証明書を検証できません"),
        Text(
            "check the address and ca_file in distribution.yml; nothing was sent",
            "distribution.yml の destination と ca_file を確認する(送信していません)",
        ),
        target=system,
        detail=str(error)[:200],
    )


def later(system: str, answer: httpx.Response) -> UnyoError:
    slow = answer.status_code == 429
    what = (
        Text("it asked to slow down and went on refusing", "送信が多すぎるとして受付を拒否され続けました")
        if slow
        else Text("it has a fault of its own", "相手システムで障害が発生しています")
    )
    code = "distribution.too_many" if slow else "distribution.their_fault"
    return Unreachable(code, what, _AGAIN, target=system, detail=said(answer))


def refusal(system: str, answer: httpx.Response) -> UnyoError:
    status = answer.status_code
    if status in (401, 403):
        return BadSetting(
            "distribution.credential",
            Text("it does not accept the credential", "認証情報が受け付けられません"),
            Text(
                "seal a valid one under the path in distribution.yml (unyo vault seal PATH), then run again",
                "distribution.yml に書いたパスへ有効な認証情報を封入し(unyo vault seal パス)、再実行する",
            ),
            target=system,
            detail=said(answer),
        )
    if status == 404 or answer.is_redirect:
        return wrong_address(system, said(answer))
    return TargetSaidNo(
        "distribution.refused",
        Text("it refused the data", "相手システムがデータを拒否しました"),
        Text(
            "compare the answer with the system's columns in distribution.yml, then run again",
            "応答の内容と distribution.yml の columns を照合し、修正して再実行する",
        ),
        target=system,
        detail=said(answer),
    )


def wrong_address(system: str, detail: str) -> UnyoError:
    return BadSetting(
        "distribution.address",
        Text("there is no SCIM 2.0 service at this address", "この宛先に SCIM 2.0 サービスがありません"),
        Text("check destination in distribution.yml", "distribution.yml の destination を確認する"),
        target=system,
        detail=detail,
    )


def said(answer: httpx.Response) -> str:
    """The status and what the service says of it, short and printable."""
    try:
        said = str(answer.json().get("detail", ""))
    except (ValueError, AttributeError):
        said = ""
    printable = "".join(letter for letter in said if letter.isprintable())[:200]
    return f"HTTP {answer.status_code} {printable}".strip()
