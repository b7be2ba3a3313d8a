"""What malware leaves behind: one indicator, its kinds, and how a value of each kind must look."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.text import Text


class IndicatorType(StrEnum):
    """Where on a terminal an indicator can be found."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    FILE = "file"
    PROCESS = "process"
    SERVICE = "service"
    TASK = "task"
    RUN_KEY = "run_key"
    AUTORUN = "autorun"
    LOGON = "logon"
    DNS = "dns"
    ADDRESS = "address"
    REGISTRY = "registry"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    IndicatorType.MD5: Text("file, MD5", "ファイル(MD5)"),
    IndicatorType.SHA1: Text("file, SHA-1", "ファイル(SHA-1)"),
    IndicatorType.SHA256: Text("file, SHA-256", "ファイル(SHA-256)"),
    IndicatorType.FILE: Text("file name or path", "ファイル名・パス"),
    IndicatorType.PROCESS: Text("process", "プロセス"),
    IndicatorType.SERVICE: Text("service", "サービス"),
    IndicatorType.TASK: Text("scheduled task", "タスクスケジューラ"),
    IndicatorType.RUN_KEY: Text("run key", "Run キー"),
    IndicatorType.AUTORUN: Text("autorun", "自動実行"),
    IndicatorType.LOGON: Text("log-on", "ログオン"),
    IndicatorType.DNS: Text("name in the DNS cache", "DNS キャッシュ"),
    IndicatorType.ADDRESS: Text("network connection", "通信先"),
    IndicatorType.REGISTRY: Text("registry", "レジストリ"),
}
_HEX = {IndicatorType.MD5: 32, IndicatorType.SHA1: 40, IndicatorType.SHA256: 64}
_PORT = re.compile(r"^(?P<address>.+?)(?::(?P<port>\d{1,5}))?$")
# A pattern such as * or *.exe would find every machine and say nothing.
_LEAST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; ``*`` and ``?`` in names stand for any letters and for one."""

    type: IndicatorType = option(
        Text(
            "md5, sha1, sha256, file, process, service, task, run_key, autorun, logon, dns, address, registry",
            "種別: md5, sha1, sha256, file, process, service, task, run_key, autorun, logon, dns, address, registry",
        ),
        column=("種別", "タイプ", "indicator_type", "ioc_type"),
    )
    value: str = option(Text("what to look for", "検索する値"), column=("値", "indicator", "ioc", "指標"))
    note: str = option(
        Text("where it comes from", "出典・備考"), default="", column=("備考", "comment", "memo")
    )

    def check(self) -> None:
        """BadInput where the value cannot be one of its type, or would match nearly everything."""
        if self.type in _HEX:
            if not re.fullmatch(rf"[0-9a-fA-F]{{{_HEX[self.type]}}}", self.value):
                raise self._bad(f"{_HEX[self.type]} hexadecimal digits", f"16進 {_HEX[self.type]} 桁")
        elif self.type is IndicatorType.ADDRESS:
            if address_and_port(self.value) is None:
                raise self._bad("an IP address, with :port if wanted", "IP アドレス(:ポート を付けてもよい)")
        elif len(re.sub(r"[*?.\s]", "", self.value)) < _LEAST_LETTERS - 1:
            raise self._bad("a longer name: this one matches too much", "より長い値(一致しすぎます)")

    def _bad(self, en: str, ja: str) -> BadInput:
        return BadInput(
            "indicators.value",
            Text(
                f"not a {self.type} indicator: {self.value}", f"{self.type} の値ではありません: {self.value}"
            ),
            Text(f"give {en}", f"次を指定: {ja}"),
            target=self.value,
        )

    @staticmethod
    def rows_of_document(document: Any, filename: str) -> list[dict[str, Any]]:
        """Indicators out of a STIX 2.1 bundle or a MISP event, as rows of parameters."""
        from unyo.core.indicator_documents import rows_of

        return rows_of(document, filename)

    def for_script(self, number: int) -> Mapping[str, Any]:
        """As the script on the terminal wants it; ``id`` is what its answer refers to."""
        asked: dict[str, Any] = {"id": str(number), "type": self.type.value, "value": wanted_value(self)}
        if self.type is IndicatorType.ADDRESS:
            asked["address"], asked["port"] = address_and_port(self.value) or (self.value, None)
        return asked


def wanted_value(indicator: Indicator) -> str:
    """The value as it is compared: digests in upper case as Windows shows them, a URL's host only."""
    if indicator.type in _HEX:
        return indicator.value.upper()
    if indicator.type is IndicatorType.DNS:
        return indicator.value.lower().rstrip(".")
    return indicator.value


def address_and_port(value: str) -> tuple[str, int | None] | None:
    """``203.0.113.9:443`` or ``[2001:db8::1]:443`` or either without a port; None where it is neither."""
    text = value.strip()
    try:
        return str(ipaddress.ip_address(text)), None
    except ValueError:
        pass
    found = _PORT.match(text)
    if found is None or found["port"] is None or not 0 < int(found["port"]) < 65536:
        return None
    try:
        return str(ipaddress.ip_address(found["address"].strip("[]"))), int(found["port"])
    except ValueError:
        return None
