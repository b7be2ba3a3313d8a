"""What goes to a terminal and what comes back: a JSON envelope in, marked base64 out."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from unyo.connectors.winrm.options import SecretSource
from unyo.connectors.winrm.scripts import Script
from unyo.core.errors import BadInput
from unyo.core.terminal import Errand
from unyo.core.text import Text

LARGEST = 2_000_000
"""Windows PowerShell 5.1 reads no JSON of more than 2 MiB."""

# White space: a console may break a long line.
_ANSWER = re.compile(rb"unyo:([A-Za-z0-9+/=\s]*);")
_CONSTRAINED = b"unyo!constrained"
_CLIXML_ERROR = re.compile(r'<S S="Error">(.*?)</S>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Output:
    """What a PowerShell gave back."""

    stdout: bytes
    stderr: bytes = b""
    exit_code: int = 0

    @property
    def constrained(self) -> bool:
        return _CONSTRAINED in self.stdout

    def answer(self) -> dict[str, Any] | None:
        """The bootstrap's answer: ``ok``, ``swapped`` or ``error`` in it; None where it gave none."""
        found = _ANSWER.search(self.stdout)
        if found is None:
            return None
        try:
            answer = json.loads(base64.b64decode(found.group(1)))
        except (binascii.Error, ValueError):
            return None
        return answer if isinstance(answer, dict) else None

    @property
    def complaint(self) -> str:
        """What PowerShell said on its error stream, in whatever code page it said it."""
        text = decode(self.stderr) or decode(self.stdout)
        if text.startswith("#< CLIXML"):
            text = "".join(_CLIXML_ERROR.findall(text)).replace("_x000D__x000A_", "\n")
        return " ".join(text.split())[:400]


def decode(data: bytes) -> str:
    """UTF-8, else Japanese Windows' own code page, else with marks for what cannot be read."""
    for encoding in ("utf-8", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp932", errors="replace")


def pack(script: Script, errand: Errand, open_secret: SecretSource) -> str:
    """The envelope, ASCII only; here, and nowhere before, the secrets are revealed."""
    twice = sorted(set(errand.parameters) & set(errand.secrets))
    if twice:
        raise BadInput(
            "terminals.parameters",
            Text(f"given twice: {', '.join(twice)}", f"二重に指定されています: {', '.join(twice)}"),
            Text("name each parameter once", "各パラメータは一度だけ指定する"),
            target=errand.terminal.name,
        )
    revealed = {name: open_secret(ref).reveal() for name, ref in errand.secrets.items()}
    envelope = {
        "serial": errand.terminal.serial,
        "parameters": {**errand.parameters, **revealed},
        "script": script.text,
    }
    text = json.dumps(envelope, ensure_ascii=True, separators=(",", ":"))
    if len(text) > LARGEST:
        raise BadInput(
            "terminals.too_large",
            Text("too much for one errand on a terminal", "端末への一回の指示として大きすぎます"),
            Text("divide it", "分割する"),
            target=errand.terminal.name,
            detail=f"{len(text):,} > {LARGEST:,}",
        )
    return text
