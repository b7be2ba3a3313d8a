"""All ways to people that notifications.yml names; secrets come from the vault when a message goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from unyo.connectors.notify.channels import channels_from, patience_from
from unyo.core.errors import BadSetting
from unyo.core.post import Carrier, Channel, Patience
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.connectors.notify.mail_session import MailSettings


@dataclass(frozen=True)
class PostOffice:
    """core.post.Post of one installation. ``load`` gives notifications.yml as it is now."""

    load: Callable[[], Mapping[str, Any]]
    mail: Callable[[], MailSettings]
    open_secret: Callable[[SecretRef], Secret]
    now: Callable[[], datetime]

    @property
    def patience(self) -> Patience:
        return patience_from(self.load())

    def channels(self) -> Mapping[str, Channel]:
        return channels_from(self.load())

    def carrier(self, channel: str) -> Carrier:
        known = self.channels()
        if channel not in known:
            listed = ", ".join(known) or "-"
            raise BadSetting(
                "notify.no_channel",
                Text("there is no such channel", "その送信手段はありません"),
                Text(
                    f"notifications.yml has: {listed}",
                    f"notifications.yml にあるもの: {listed}",
                ),
                target=channel,
            )
        found = known[channel]
        # Every command builds a post office and few send anything: what carries is loaded when it is used.
        if found.kind == "mail":
            from unyo.connectors.notify.mail import MailCarrier

            return MailCarrier(self.mail())
        from unyo.connectors.notify.webhook import WebhookCarrier

        return WebhookCarrier(found, lambda: self.open_secret(SecretRef(found.url)), self.now)
