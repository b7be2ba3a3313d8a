"""HTTPS to a SCIM service: verified, patient for a bounded time, every answer in a person's words."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from unyo.connectors.distribution.scim_errors import later, refusal, silent, untrusted, wrong_address
from unyo.connectors.trust import trusting
from unyo.core.distribution import OtherSystem
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text

T = TypeVar("T")

ATTEMPTS = 4
LONGEST_WAIT = 60.0
_LATER = {429, 500, 502, 503, 504}


class Busy(Exception):
    """The service may answer later; ``error`` is what a person reads if it never does."""

    def __init__(self, error: UnyoError, wait: float | None = None) -> None:
        super().__init__(error.code)
        self.error = error
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Wire:
    """One client to one service; ``sleep`` and ``now`` come from outside so that waiting can be tested."""

    system: OtherSystem
    client: httpx.Client
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    def patiently(self, action: Callable[[], T]) -> T:
        """Do the whole action again while the service is busy, 4 times at most, waiting as it asks.

        The action starts by looking what is there, so that a lost reply is no reason to do it twice.
        """
        for attempt in range(ATTEMPTS - 1):
            try:
                return action()
            except Busy as busy:
                wait = 0.5 * 2**attempt if busy.wait is None else busy.wait
                self.sleep(min(wait, LONGEST_WAIT))
        try:
            return action()
        except Busy as busy:
            raise busy.error from None

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        absent_is_fine: bool = False,
    ) -> dict[str, Any] | None:
        """One request; the JSON answer, or None where there is none (204, or 404 if that is fine)."""
        try:
            answer = self.client.request(method, path, json=body, params=query)
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise untrusted(self.system.name, error) from error
            raise Busy(silent(self.system.name, error)) from error
        if answer.status_code == 404 and absent_is_fine:
            return None
        if answer.status_code in _LATER:
            raise Busy(later(self.system.name, answer), self._asked_wait(answer))
        if not answer.is_success:
            raise refusal(self.system.name, answer)
        return self._json(answer)

    def _json(self, answer: httpx.Response) -> dict[str, Any] | None:
        if answer.status_code == 204 or not answer.content:
            return None
        try:
            value = answer.json()
        except ValueError:
            value = None
        if isinstance(value, dict):
            return value
        raise wrong_address(self.system.name, f"HTTP {answer.status_code}, no SCIM answer")

    def _asked_wait(self, answer: httpx.Response) -> float | None:
        asked = answer.headers.get("Retry-After", "")
        if asked.isdigit():
            return float(asked)
        try:
            return max(0.0, (parsedate_to_datetime(asked) - self.now()).total_seconds())
        except (ValueError, TypeError):
            return None


def open_client(system: OtherSystem, credential: Secret | None) -> httpx.Client:
    """A client that verifies the certificate, against ``ca_file`` where one is named; only https."""
    if not system.destination.startswith("https://"):
        raise BadSetting(
            "distribution.plain_http",
            Text("account information is only sent over https", "アカウント情報は https でのみ送信できます"),
            Text("write an https address as its destination", "destination に https のアドレスを指定する"),
            target=system.name,
        )
    headers = {"Accept": "application/scim+json", "Content-Type": "application/scim+json"}
    auth = None
    if credential is not None and system.user:
        auth = httpx.BasicAuth(system.user, credential.reveal())
    elif credential is not None:
        headers["Authorization"] = f"Bearer {credential.reveal()}"
    return httpx.Client(
        base_url=system.destination.rstrip("/") + "/",
        headers=headers,
        auth=auth,
        verify=_trust(system),
        timeout=system.timeout,
        trust_env=False,
        proxy=system.proxy or None,
    )


def _trust(system: OtherSystem) -> ssl.SSLContext:
    try:
        return trusting(system.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise BadSetting(
            "distribution.ca_file",
            Text("the file of trusted certificates cannot be read", "認証局証明書ファイルを読めません"),
            Text("check ca_file in distribution.yml", "distribution.yml の ca_file を確認する"),
            target=f"{system.name} {system.ca_file}",
            detail=str(error),
        ) from error
