"""What a terminal's output means: an answer, another machine, or an error with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.envelope import Output
from unyo.connectors.winrm.faults import said_no
from unyo.connectors.winrm.scripts import Script
from unyo.core.errors import Refused, UnyoError
from unyo.core.secret import Secret
from unyo.core.terminal import Answer, Terminal

_NO_CREDENTIALS = -2146893042  # 0x8009030E


def verdict(
    output: Output, script: Script, terminal: Terminal, secrets: Sequence[Secret]
) -> Answer | UnyoError:
    """The script's one object, or an error; ``secrets`` that the terminal quotes are taken out of it."""

    def failed(known: texts.Known, detail: str) -> UnyoError:
        for secret in secrets:
            detail = detail.replace(secret.reveal(), "…")
        return said_no(known, terminal, detail[:500])

    answer = output.answer()
    if output.constrained:
        return failed(texts.CONSTRAINED, "")
    if answer is None:
        return failed(texts.NO_ANSWER, f"exit {output.exit_code} {output.complaint}")
    if "swapped" in answer:
        code, what, next_step = texts.SWAPPED
        detail = f"{terminal.serial} → {answer['swapped']}"
        return Refused(code, what, next_step, target=terminal.name, detail=detail)
    if "error" in answer:
        return failed(_kind(answer), _where(script, answer))
    given = answer.get("ok")
    if not isinstance(given, dict):
        return failed(texts.SCRIPT, f"{script.name}.ps1: {type(given).__name__}, not one object")
    return given


def _kind(answer: Mapping[str, Any]) -> texts.Known:
    network = answer.get("category") == "PermissionDenied" and "\\\\" in str(answer["error"])
    return texts.DOUBLE_HOP if network or answer.get("number") == _NO_CREDENTIALS else texts.SCRIPT


def _where(script: Script, answer: Mapping[str, Any]) -> str:
    """``settings.ps1 line 12: what PowerShell said``; the words around the number depend on the language."""
    first = str(answer.get("where") or "").splitlines()[:1]
    line = re.search(r"(\d+)\s*$", first[0]) if first else None
    place = f"{script.name}.ps1" + (f" line {line.group(1)}" if line else "")
    return f"{place}: {' '.join(str(answer['error']).split())}"
