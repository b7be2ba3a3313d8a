"""What a webhook's refusals mean to a person. No answer is quoted: it may repeat the address it was asked at."""

from __future__ import annotations

from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable, UnyoError
from unyo.core.post import Channel, Delivery
from unyo.core.text import Text

_AGAIN = Text("nothing is lost: it is tried again by itself", "未送信分は自動的に再送されます")
# Words that Slack answers with; only known ones are shown.
_KNOWN_WORDS = (
    *("invalid_payload", "user_not_found", "channel_not_found", "channel_is_archived", "no_text"),
    *("action_prohibited", "posting_to_general_channel_denied", "too_many_attachments", "no_service"),
    *("no_service_id", "no_team", "team_disabled", "invalid_token", "invalid_blocks", "rollup_error"),
)


def silent(channel: str, error: Exception) -> UnyoError:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return BadSetting(
            "notify.certificate",
            Text("the webhook's certificate cannot be trusted", "Webhook の証明書を検証できません"),
            Text(
                "check ca_file in notifications.yml; nothing was sent",
                "notifications.yml の ca_file を確認する(送信していません)",
            ),
            target=channel,
        )
    what = Text("the webhook does not answer", "Webhook から応答がありません")
    return Unreachable("notify.no_answer", what, _AGAIN, target=channel, detail=type(error).__name__)


def later(channel: str, status: int) -> UnyoError:
    what = Text("the webhook asks to try later", "Webhook が一時的に受け付けません")
    return Unreachable("notify.later", what, _AGAIN, target=channel, detail=f"HTTP {status}")


def refusal(channel: Channel, status: int, said: bytes) -> Delivery:
    """A webhook that is gone concerns all messages; one that is not understood only itself."""
    word = next((word for word in _KNOWN_WORDS if word.encode() in said[:500]), "")
    detail = f"HTTP {status} {word}".strip()
    if status in (301, 302, 303, 307, 308, 401, 403, 404, 405, 410):
        error: UnyoError = BadSetting(
            "notify.webhook_gone",
            Text("the webhook is gone or takes nothing from here", "Webhook が無効か、受け付けられません"),
            Text(
                f"make a new one in the chat and seal its address: unyo vault seal {channel.url}",
                f"チャット側で作り直し、URL を封印する: unyo vault seal {channel.url}",
            ),
            target=channel.name,
            detail=detail,
        )
        return Delivery(error, whole=True)
    return Delivery(
        TargetSaidNo(
            "notify.refused",
            Text("the webhook refused the message", "Webhook がメッセージを拒否しました"),
            Text(
                "check that the channel's kind in notifications.yml fits the webhook",
                "notifications.yml の kind が Webhook の種類と合っているか確認する",
            ),
            target=channel.name,
            detail=detail,
        )
    )


def bad_address(channel: str, secret: str) -> BadSetting:
    return BadSetting(
        "notify.webhook_address",
        Text("the webhook's address is no https address", "Webhook の URL が https ではありません"),
        Text(f"seal the right one: unyo vault seal {secret}", f"封印し直す: unyo vault seal {secret}"),
        target=channel,
    )


def no_trust(channel: str, file: str, error: Exception) -> BadSetting:
    return BadSetting(
        "notify.ca_file",
        Text("the file of trusted certificates cannot be read", "認証局証明書ファイルを読めません"),
        Text("check ca_file in notifications.yml", "notifications.yml の ca_file を確認する"),
        target=channel,
        detail=f"{file} {type(error).__name__}",
    )
