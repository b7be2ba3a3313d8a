"""The terminals in ``unyo doctor``: one that answers is logged on to, and its clock and our rights looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from unyo.core.errors import BadSetting, UnyoError
from unyo.core.terminal import Errand, Selection, Terminal
from unyo.core.text import Text
from unyo.wiring import Toolbox

LOOKED_AT = 50
# Kerberos refuses at five minutes; events of two machines cannot be put in order long before.
MOST_SKEW_SECONDS = 120
# Only an administrator can export it.
_RIGHTS = {
    "mode": "read",
    "settings": [{"id": "right", "kind": "user_right", "name": "SeRemoteShutdownPrivilege"}],
}


def look_at_terminals(tools: Toolbox) -> str:
    """One line about the way to the terminals; an UnyoError says what to mend."""
    options = tools.settings.terminals
    if not options.user and not options.certificate_file:
        return "not configured"
    known = tools.assets.select(Selection(everything=True))[:LOOKED_AT]
    if not known:
        return "none in the ledger"
    answering = tools.terminals.answering(known)
    there = next((terminal for terminal, answers in zip(known, answering, strict=True) if answers), None)
    if there is None:
        raise BadSetting(
            "doctor.terminals",
            Text(f"none of {len(known)} terminals answers", f"端末 {len(known)} 台のいずれも応答しません"),
            Text("check network, scheme and port in [terminals]", "[terminals] の接続設定と経路を確認する"),
        )
    facts = _asked(tools, there, "facts", {"parts": ["identity", "system", "clock"]})
    rights = _asked(tools, there, "settings", _RIGHTS)
    if rights["errors"]:
        raise BadSetting(
            "doctor.terminals.rights",
            Text(
                "the account is no administrator of the terminal", "アカウントに端末の管理者権限がありません"
            ),
            Text("see docs/windows.md, rights", "docs/windows.md の権限の章を参照"),
            target=there.name,
            detail=str(rights["errors"]["right"])[:200],
        )
    skew = _skew(tools, there, facts)
    channel = "HTTPS" if options.scheme == "https" else f"HTTP, messages sealed by {options.transport}"
    return (
        f"{sum(answering)} of {len(known)} answer; {there.name}: {facts['system']['caption']}, "
        f"{options.user or 'certificate'} over {channel}, clock {skew:+.0f} s, administrator"
    )


def _skew(tools: Toolbox, terminal: Terminal, facts: Mapping[str, Any]) -> float:
    theirs = datetime.fromisoformat(str(facts["clock"]["utc"]))
    ours = tools.clock.now() - tools.clock.shift
    skew = (theirs - ours).total_seconds()
    if abs(skew) > MOST_SKEW_SECONDS:
        raise BadSetting(
            "doctor.terminals.clock",
            Text(
                f"the terminal's clock differs by {skew:+.0f} s",
                f"端末の時計が {skew:+.0f} 秒ずれています",
            ),
            Text("synchronise both with the domain controller", "双方をドメインコントローラと時刻同期する"),
            target=terminal.name,
        )
    return skew


def _asked(
    tools: Toolbox, terminal: Terminal, script: str, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    answer = tools.terminals.run(script, [Errand(terminal, parameters)])[0]
    if isinstance(answer, UnyoError):
        raise answer
    return answer
