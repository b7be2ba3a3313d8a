"""The fields of a terminal as text: how each is written, what it may hold, what would be right."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from unyo.core.terminal import Place, Terminal, TerminalState
from unyo.core.text import Text
from unyo.ledger.models import TerminalRecord

_STATE_WORDS = {
    TerminalState.STOCK: "在庫 予備 保管 保管中 未使用 stock instock",
    TerminalState.IN_USE: "使用中 利用中 稼働中 使用 稼働 運用中 inuse",
    TerminalState.LOAN: "貸出中 貸出 貸与中 loan onloan",
    TerminalState.REPAIR: "修理中 修理 故障 repair inrepair",
    TerminalState.RETIRED: "廃棄 廃棄済 廃棄済み 除却 返却済 retired",
}
_KIND_WORDS = {
    "client": "端末 行政端末 クライアント pc パソコン ノート デスクトップ client",
    "server": "サーバ サーバー server",
}


class WrongValue(Exception):
    """A text that a field cannot hold; ``right`` says what would be."""

    def __init__(self, what: Text, right: Text) -> None:
        super().__init__(what.en)
        self.what, self.right = what, right


def key_of(text: str) -> str:
    """A text for comparing: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def floor_key(text: str) -> str:
    """3, 3F and ３階 are one floor."""
    return re.sub(r"(階|floor|f)$", "", key_of(text)) or key_of(text)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _words(table: Mapping[Any, str]) -> dict[str, Any]:
    return {key_of(word): meaning for meaning, words in table.items() for word in words.split()}


_STATES = {**_words(_STATE_WORDS), **{state.value: state for state in TerminalState}}
_KINDS = _words(_KIND_WORDS)


def _identifier(text: str) -> str:
    found = _plain(text)
    if re.search(r"\s", found):
        raise WrongValue(Text("it holds blanks", "空白が含まれています"), Text("5CD1234ABC", "5CD1234ABC"))
    return found


def _name(text: str) -> str:
    found = _plain(text)
    if found and not re.fullmatch(r"(?!\d+$)[\w-]{1,63}", found):
        raise WrongValue(
            Text("no computer name", "コンピュータ名として使えません"),
            Text("letters, digits and -, such as PC-0123", "英数字とハイフン(例: PC-0123)"),
        )
    return found


def _address(text: str) -> str:
    found = _plain(text).lower()
    if found and not re.fullmatch(r"[\w.:-]{1,255}", found):
        raise WrongValue(
            Text("no host name or IP address", "ホスト名・IPアドレスとして使えません"),
            Text("pc-0123.example.lg.jp or 10.1.2.3", "pc-0123.example.lg.jp または 10.1.2.3"),
        )
    return found


def _port(text: str) -> int:
    found = _plain(text) or "0"
    if not found.isdecimal() or int(found) > 65535:
        raise WrongValue(
            Text("no port number", "ポート番号ではありません"), Text("5986, or empty", "5986 または空欄")
        )
    return int(found)


def _state(text: str) -> str:
    found = _STATES.get(key_of(text))
    if found is None:
        labels = "・".join(state.label.ja for state in TerminalState)
        raise WrongValue(
            Text("no such state", "状態の値が不明です"),
            Text(", ".join(TerminalState) + f" ({labels})", labels),
        )
    return str(found.value)


def _kind(text: str) -> str:
    found = _KINDS.get(key_of(text or "client"))
    if found is None:
        raise WrongValue(
            Text("neither client nor server", "端末・サーバのどちらでもありません"),
            Text("client or server", "端末 または サーバ"),
        )
    return str(found)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;、/|]+", unicodedata.normalize("NFKC", text)) if part]


def _macs(text: str) -> list[str]:
    found = []
    for part in _parts(text):
        digits = re.sub(r"[:.-]", "", part).lower()
        if not re.fullmatch(r"[0-9a-f]{12}", digits):
            raise WrongValue(
                Text(f"{part} is no MAC address", f"{part} は MAC アドレスではありません"),
                Text("00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E"),
            )
        found.append(":".join(digits[i : i + 2] for i in range(0, 12, 2)))
    return sorted(set(found))


def _ips(text: str) -> list[str]:
    found = []
    for part in _parts(text):
        try:
            found.append(str(ipaddress.ip_address(part)))
        except ValueError:
            raise WrongValue(
                Text(f"{part} is no IP address", f"{part} は IP アドレスではありません"),
                Text("10.1.2.3", "10.1.2.3"),
            ) from None
    return sorted(set(found))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "asset_number": _identifier,
    "name": _name,
    "address": _address,
    "port": _port,
    "model": _plain,
    "manufacturer": _plain,
    "site": _plain,
    "floor": _plain,
    "room": _plain,
    "seat": _plain,
    "user": _identifier,
    "department": _identifier,
    "state": _state,
    "kind": _kind,
    "mac_addresses": _macs,
    "ip_addresses": _ips,
    "os_build": _plain,
    "note": str.strip,
}
FIELDS = tuple(_READERS)
"""The fields that people and jobs may change, beside the serial number."""
read_serial = _identifier


def read_value(field: str, text: str) -> Any:
    """The text as the field keeps it; WrongValue where it cannot be, also because it is too long."""
    value = _READERS[field](text)
    longest = getattr(TerminalRecord._meta.get_field(field), "max_length", None)
    if isinstance(value, str) and longest is not None and len(value) > longest:
        raise WrongValue(
            Text("it is too long", "長すぎます"), Text(f"at most {longest} characters", f"{longest} 文字以内")
        )
    return value


def text_of(value: Any) -> str:
    """A field's value as history, export and screens show it."""
    if isinstance(value, list):
        return " ".join(value)
    return "" if value in (None, 0) else str(value)


def texts_of(record: TerminalRecord) -> dict[str, str]:
    """All changeable fields of a record as text, the serial number first."""
    return {"serial": record.serial, **{field: text_of(getattr(record, field)) for field in FIELDS}}


def terminal_of(record: TerminalRecord) -> Terminal:
    """The record as runbooks know it."""
    return Terminal(
        record.serial,
        record.name,
        record.address,
        record.port,
        record.model,
        Place(record.site, record.floor, record.room, record.seat),
        record.user,
        record.department,
        TerminalState(record.state),
        record.kind,
    )
