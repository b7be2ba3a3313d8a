"""The file notifications.yml as values, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.post import Channel, Patience
from unyo.core.text import Text

KINDS = ("mail", "teams", "slack", "json")
_LONGEST_NAME = 40
_SECTIONS = {"channels", "gather_seconds", "retry_minutes", "give_up_hours"}


def channels_from(loaded: Mapping[str, Any]) -> dict[str, Channel]:
    """The channels by name; BadSetting names what is wrong, never a value that could be an address."""
    _only(loaded, _SECTIONS, "")
    return {
        str(name): _channel(str(name), value)
        for name, value in _mapping(loaded.get("channels") or {}, "channels").items()
    }


def patience_from(loaded: Mapping[str, Any]) -> Patience:
    usual = Patience()
    gather = _mapping(loaded.get("gather_seconds", {"*": 300}) or {}, "gather_seconds")
    retry = loaded.get("retry_minutes", [int(t.total_seconds() // 60) for t in usual.retry])
    if not isinstance(retry, list) or not retry:
        raise _bad("retry_minutes", "not a list of minutes", "分の一覧で指定してください")
    hours = _number(loaded.get("give_up_hours", 72), "give_up_hours")
    return Patience(
        tuple(
            (str(kind), timedelta(seconds=_number(value, f"gather_seconds.{kind}")))
            for kind, value in gather.items()
        ),
        tuple(timedelta(minutes=max(0.1, _number(value, "retry_minutes"))) for value in retry),
        timedelta(hours=hours),
    )


def _channel(name: str, value: Any) -> Channel:
    where = f"channels.{name}"
    if not name or len(name) > _LONGEST_NAME:
        raise _bad(where, f"a name has 1 to {_LONGEST_NAME} letters", f"名前は {_LONGEST_NAME} 文字までです")
    values = _mapping(value, where)
    _only(values, {"kind", "url", "ca_file"}, f"{where}.")
    kind, url = values.get("kind"), values.get("url", "")
    if kind not in KINDS:
        raise _bad(f"{where}.kind", f"give one of: {', '.join(KINDS)}", f"次から選択: {', '.join(KINDS)}")
    if (kind == "mail") == bool(url):
        raise _bad(f"{where}.url", "webhooks have one, mail has none", "Webhook では必須、mail では不要です")
    if "://" in str(url):
        raise _bad(
            f"{where}.url",
            "an address with its token does not belong here: seal it (unyo vault seal NAME) and write its name",
            "URL を直接書かず、封印した名前を書いてください(unyo vault seal 名前)",
        )
    return Channel(name, str(kind), str(url), str(values.get("ca_file", "")))


def _number(value: Any, where: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 100_000:
        return float(value)
    raise _bad(where, "not a number", "数値で指定してください")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad(where, "not a mapping", "キーと値の形式ではありません")
    return value


def _only(values: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise _bad(f"{where}{name}", f"unknown; known are: {listed}", f"使えません。使える項目: {listed}")


def _bad(where: str, en: str, ja: str) -> BadSetting:
    return BadSetting(
        "notify.channels",
        Text(f"{where}: {en}", f"{where}: {ja}"),
        Text(
            "mend inventory/policies/notifications.yml, or remove it to use the shipped one",
            "inventory/policies/notifications.yml を直すか、削除して標準のものを使う",
        ),
        target="notifications.yml",
    )
