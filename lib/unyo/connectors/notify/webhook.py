"""Messages to a chat's webhook over HTTPS. Its address holds its token: opened to send, written nowhere."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from unyo.connectors.notify import webhook_faults as faults
from unyo.connectors.notify.cards import plain_document, slack_blocks, teams_card
from unyo.connectors.notify.loopback import is_loopback
from unyo.connectors.trust import trusting
from unyo.core.errors import UnyoError
from unyo.core.post import Addressed, Channel, Delivery
from unyo.core.secret import Secret

_SHAPES = {"teams": teams_card, "slack": slack_blocks, "json": plain_document}
_LATER = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT = timedelta(hours=4)
_TIMEOUT = httpx.Timeout(10.0)
_MOST_BYTES = 64_000


class WebhookCarrier:
    """core.post.Carrier over one webhook."""

    def __init__(self, channel: Channel, url: Callable[[], Secret], now: Callable[[], datetime]) -> None:
        self._channel, self._url, self._now = channel, url, now

    def check(self) -> None:
        self._address()

    def deliver(self, messages: Sequence[Addressed]) -> Iterator[Delivery]:
        sent = 0
        try:
            address = self._address()
            with self._transport() as transport:
                for each in messages:
                    answer = self._post(transport, address, each)
                    sent += 1
                    yield answer
                    if answer.whole:
                        break
        except UnyoError as error:
            answer = Delivery(error, whole=True)
        for _ in messages[sent:]:
            yield answer

    def _address(self) -> httpx.URL:
        """BadSetting for one over which the token would travel in clear; it is never quoted."""
        try:
            found = httpx.URL(self._url().reveal().strip())
        except (httpx.InvalidURL, ValueError):
            raise faults.bad_address(self._channel.name, self._channel.url) from None
        plain_at_home = found.scheme == "http" and is_loopback(found.host)
        if not found.host or not (found.scheme == "https" or plain_at_home):
            raise faults.bad_address(self._channel.name, self._channel.url)
        return found

    def _transport(self) -> httpx.HTTPTransport:
        """Below httpx.Client, which writes every address that it calls into the log."""
        try:
            trust = trusting(self._channel.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise faults.no_trust(self._channel.name, self._channel.ca_file, error) from None
        return httpx.HTTPTransport(verify=trust, trust_env=False)

    def _post(self, transport: httpx.HTTPTransport, address: httpx.URL, each: Addressed) -> Delivery:
        name = self._channel.name
        try:
            request = httpx.Request(
                "POST",
                address,
                json=_SHAPES[self._channel.kind](each.message),
                headers={"User-Agent": "unyo", "X-Unyo-Message": each.message.id},
                extensions={"timeout": _TIMEOUT.as_dict()},
            )
            response = transport.handle_request(request)
            try:
                said = _beginning(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            return Delivery(faults.silent(name, error), whole=True)
        if response.status_code < 300:
            return Delivery()
        if response.status_code in _LATER:
            again = self._asked_wait(response)
            return Delivery(faults.later(name, response.status_code), again, whole=True)
        return faults.refusal(self._channel, response.status_code, said)

    def _asked_wait(self, response: httpx.Response) -> timedelta | None:
        asked = response.headers.get("Retry-After", "")
        try:
            if asked.isdecimal():
                wait = timedelta(seconds=min(int(asked), 10**6))
            else:
                wait = parsedate_to_datetime(asked) - self._now()
        except (ValueError, TypeError):
            return None
        return min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _beginning(response: httpx.Response) -> bytes:
    """The first bytes of an answer; who sends more than a chat would say is not listened to."""
    found = b""
    for part in response.iter_bytes():
        found += part
        if len(found) > _MOST_BYTES:
            break
    return found
