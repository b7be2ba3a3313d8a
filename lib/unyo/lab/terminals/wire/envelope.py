"""SOAP envelopes of WS-Management: what a request asks, and the answers to it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
P = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
IDENTIFY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


class NoEnvelope(Exception):
    """The body is no SOAP envelope."""


@dataclass(frozen=True, slots=True)
class Message:
    """One request; ``seconds`` is its OperationTimeout, ``body`` the first element of the SOAP body."""

    action: str
    resource: str
    message_id: str
    selectors: Mapping[str, str]
    options: Mapping[str, str]
    seconds: float
    largest: int
    session: str
    body: Element | None

    @property
    def shell_id(self) -> str:
        return self.selectors.get("ShellId", "")


def parse(text: bytes) -> Message:
    """Read an envelope; NoEnvelope where it is none."""
    try:
        envelope = ElementTree.fromstring(text)  # noqa: S314 loopback only, and expat limits entities itself
    except ElementTree.ParseError as error:
        raise NoEnvelope(str(error)) from None
    header, body = envelope.find(f"{{{S}}}Header"), envelope.find(f"{{{S}}}Body")
    if header is None:
        header = Element("none")
    return Message(
        action=_text(header, f"{{{A}}}Action"),
        resource=_text(header, f"{{{W}}}ResourceURI"),
        message_id=_text(header, f"{{{A}}}MessageID"),
        selectors=_named(header, f"{{{W}}}SelectorSet/{{{W}}}Selector"),
        options=_named(header, f"{{{W}}}OptionSet/{{{W}}}Option"),
        seconds=seconds(_text(header, f"{{{W}}}OperationTimeout") or "PT60S"),
        largest=int(_text(header, f"{{{W}}}MaxEnvelopeSize") or "153600"),
        session=_text(header, f"{{{P}}}SessionId"),
        body=body[0] if body is not None and len(body) else None,
    )


def answer(request: Message, body: str, action: str = "") -> bytes:
    """An answer to a request; its action is the request's with Response behind it."""
    return _envelope(action or f"{request.action}Response", request.message_id, body)


def fault_envelope(request_id: str, body: str) -> bytes:
    return _envelope(FAULT_ACTION, request_id, body)


def xml(text: str) -> str:
    """Text as it may stand in an element or an attribute."""
    return escape(text, {'"': "&quot;"})


def seconds(duration: str) -> float:
    """Seconds of an ISO 8601 duration such as PT20S; NoEnvelope where it is none."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise NoEnvelope(f"no duration: {duration!r}")
    days, hours, minutes, rest = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{A}" xmlns:x="{X}" xmlns:w="{W}" '
        f'xmlns:rsp="{RSP}" xmlns:p="{P}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>{xml(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _text(header: Element, path: str) -> str:
    return (header.findtext(path) or "").strip()


def _named(header: Element, path: str) -> dict[str, str]:
    return {item.get("Name", ""): (item.text or "").strip() for item in header.findall(path)}
