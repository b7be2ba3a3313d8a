"""Indicators out of the documents in which they are exchanged: STIX 2.1 bundles and MISP events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from unyo.core.errors import BadInput
from unyo.core.indicators import Indicator, IndicatorType, address_and_port
from unyo.core.params import params_from_json
from unyo.core.text import Text

Row = dict[str, Any]

_HASHES = {
    "md5": IndicatorType.MD5,
    "sha1": IndicatorType.SHA1,
    "sha-1": IndicatorType.SHA1,
    "sha256": IndicatorType.SHA256,
    "sha-256": IndicatorType.SHA256,
}
_STIX = {
    ("file", "name"): IndicatorType.FILE,
    ("process", "name"): IndicatorType.PROCESS,
    ("process", "command_line"): IndicatorType.PROCESS,
    ("windows-registry-key", "key"): IndicatorType.REGISTRY,
    ("domain-name", "value"): IndicatorType.DNS,
    ("ipv4-addr", "value"): IndicatorType.ADDRESS,
    ("ipv6-addr", "value"): IndicatorType.ADDRESS,
    ("network-traffic", "dst_ref.value"): IndicatorType.ADDRESS,
    ("user-account", "account_login"): IndicatorType.LOGON,
    ("user-account", "user_id"): IndicatorType.LOGON,
    ("process", "extensions.windows-service-ext.service_name"): IndicatorType.SERVICE,
}
_MISP = {
    **{name: (kind,) for name, kind in _HASHES.items()},
    "filename": (IndicatorType.FILE,),
    "filename|md5": (IndicatorType.FILE, IndicatorType.MD5),
    "filename|sha1": (IndicatorType.FILE, IndicatorType.SHA1),
    "filename|sha256": (IndicatorType.FILE, IndicatorType.SHA256),
    "domain": (IndicatorType.DNS,),
    "hostname": (IndicatorType.DNS,),
    "domain|ip": (IndicatorType.DNS, IndicatorType.ADDRESS),
    "ip-dst": (IndicatorType.ADDRESS,),
    "ip-src": (IndicatorType.ADDRESS,),
    "regkey": (IndicatorType.REGISTRY,),
    "windows-service-name": (IndicatorType.SERVICE,),
    "windows-scheduled-task": (IndicatorType.TASK,),
    "process-name": (IndicatorType.PROCESS,),
    "target-user": (IndicatorType.LOGON,),
}


def rows_of(document: Any, filename: str) -> list[Row]:
    """Rows for the indicators that a terminal can be asked about; BadInput where there is none.

    Parts of a combined STIX pattern are looked for one by one. What cannot be looked for on a terminal
    (mail subjects, regular expressions) is named in the error if nothing else is left.
    """
    if isinstance(document, Mapping) and document.get("type") == "bundle":
        found = list(_of_stix(document))
    elif isinstance(document, Mapping) and ("Event" in document or "Attribute" in document):
        found = list(_of_misp(document.get("Event", document)))
    elif isinstance(document, Mapping) and isinstance(document.get("response"), list):
        found = [row for one in document["response"] for row in _of_misp(one.get("Event", one))]
    else:
        raise _unusable(
            filename,
            "the JSON is neither a STIX 2.1 bundle nor a MISP event",
            "STIX 2.1 バンドルでも MISP イベントでもない JSON です",
        )
    usable = list({(row["type"], row["value"]): row for row in found if "left_out" not in row}.values())
    if not usable:
        left = ", ".join(sorted({row["left_out"] for row in found})) or "-"
        raise _unusable(
            filename,
            f"no indicator in it can be looked for on a terminal (left out: {left})",
            f"端末で検索できる指標がありません(対象外: {left})",
        )
    for row in usable:
        params_from_json(Indicator, row, f"{filename}: ")
    return usable


def left_out(document: Any) -> list[str]:
    """What of a document cannot be looked for on a terminal, each once."""
    if not isinstance(document, Mapping):
        return []
    rows = (
        _of_stix(document) if document.get("type") == "bundle" else _of_misp(document.get("Event", document))
    )
    return sorted({row["left_out"] for row in rows if "left_out" in row})


def _of_stix(bundle: Mapping[str, Any]) -> Iterator[Row]:
    from stix2patterns.exceptions import ParseException
    from stix2patterns.v21.pattern import Pattern

    for item in bundle.get("objects", []):
        if item.get("type") != "indicator" or item.get("revoked"):
            continue
        if item.get("pattern_type", "stix") != "stix":
            yield {"left_out": f"{item.get('pattern_type')} pattern"}
            continue
        try:
            comparisons = Pattern(item["pattern"]).inspect().comparisons
        except (KeyError, ParseException) as error:
            raise _unusable(
                str(item.get("id", "")), "the STIX pattern cannot be read", "STIX パターンを解釈できません"
            ) from error
        note = str(item.get("name", ""))
        for kind, parts in comparisons.items():
            for path, operator, literal in parts:
                yield from _of_comparison(kind, [str(step) for step in path], operator, literal, note)


def _of_comparison(kind: str, path: list[str], operator: str, literal: str, note: str) -> Iterator[Row]:
    name = _stix_type(kind, path)
    if operator not in ("=", "IN", "LIKE") or (name is None and kind != "url"):
        yield {"left_out": f"{kind}:{'.'.join(path)} {operator}"}
        return
    values = _literals(literal)
    if operator == "LIKE":
        values = [value.replace("%", "*").replace("_", "?") for value in values]
    for value in values:
        if name is None:
            yield _of_host(urlsplit(value).hostname or value, note)
        else:
            yield {"type": name.value, "value": value, "note": note}


def _stix_type(kind: str, path: list[str]) -> IndicatorType | None:
    if kind == "file" and len(path) == 2 and path[0] == "hashes":
        return _HASHES.get(path[1].strip("'").lower())
    return _STIX.get((kind, ".".join(step.strip("'") for step in path)))


def _literals(literal: str) -> list[str]:
    """The text values of a STIX constant or set of constants."""
    text = literal.strip()
    inner = text[1:-1] if text.startswith("(") else text
    values, current, quoted, escaped = [], "", False, False
    for letter in inner:
        if escaped:
            current, escaped = current + letter, False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == "'":
            quoted = not quoted
        elif letter == "," and not quoted:
            values.append(current)
            current = ""
        elif quoted or not letter.isspace():
            current += letter
    return [*values, current]


def _of_misp(event: Mapping[str, Any]) -> Iterator[Row]:
    parts = [*event.get("Attribute", [])]
    for group in event.get("Object", []):
        parts += group.get("Attribute", [])
    title = str(event.get("info", ""))
    for attribute in parts:
        kind, value = str(attribute.get("type", "")), str(attribute.get("value", ""))
        if attribute.get("to_ids") is False or attribute.get("deleted"):
            continue
        yield from _of_attribute(kind, value, str(attribute.get("comment") or title))


def _of_attribute(kind: str, value: str, note: str) -> Iterator[Row]:
    if kind in ("ip-dst|port", "ip-src|port"):
        yield {"type": "address", "value": value.replace("|", ":"), "note": note}
    elif kind in ("url", "uri"):
        yield _of_host(urlsplit(value if "//" in value else f"//{value}").hostname or value, note)
    elif kind == "regkey|value":
        yield {"type": "registry", "value": value.partition("|")[0], "note": note}
    elif kind in _MISP:
        for name, part in zip(_MISP[kind], value.split("|"), strict=False):
            yield {"type": name.value, "value": part, "note": note}
    else:
        yield {"left_out": f"MISP {kind}"}


def _of_host(host: str, note: str) -> Row:
    """A terminal knows no URLs, but it knows the names it resolved and the addresses it spoke to."""
    kind = IndicatorType.ADDRESS if address_and_port(host) else IndicatorType.DNS
    return {"type": kind.value, "value": host, "note": note}


def _unusable(where: str, en: str, ja: str) -> BadInput:
    return BadInput(
        "indicators.document",
        Text(en, ja),
        Text(
            "give CSV (type,value,note), a STIX 2.1 bundle or a MISP event",
            "CSV(type,value,note)、STIX 2.1 バンドル、MISP イベントのいずれかを指定",
        ),
        target=where,
    )
