"""Wiping what former users left: refused while somebody is logged on, and honest about what stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unyo.core.errors import Refused, TargetSaidNo, UnyoError
from unyo.core.text import Text

WIPE_SECONDS = 1800.0
LEFT = {
    "profiles": Text("profiles", "プロファイル"),
    "bins": Text("recycle bins", "ごみ箱"),
    "files": Text("files in shared folders", "共有フォルダのファイル"),
    "accounts": Text("local accounts", "ローカルアカウント"),
}


def in_use(loaded: Sequence[str]) -> UnyoError | None:
    """Refused, before anything is wiped, where these profiles are loaded: their users are logged on."""
    if not loaded:
        return None
    named = ", ".join(loaded)
    return Refused(
        "wipe.in_use",
        Text(
            f"somebody is logged on, nothing was wiped: {named}", f"ログオン中のため消去していません: {named}"
        ),
        Text(
            "log them off or restart it (unyo run terminals.restart), then unyo jobs resume",
            "ログオフまたは再起動 (unyo run terminals.restart) してから unyo jobs resume を実行",
        ),
    )


def left_over(answer: Mapping[str, Any]) -> UnyoError | None:
    """TargetSaidNo where the wipe's answer shows that something stayed."""
    left = [name for name in LEFT if answer[name]]
    if not left:
        return None
    en, ja = ", ".join(LEFT[name].en for name in left), "、".join(LEFT[name].ja for name in left)
    return TargetSaidNo(
        "wipe.left",
        Text(f"not everything could be removed: {en}", f"消去できなかったものがあります: {ja}"),
        Text(
            "see what held it, restart the terminal, then unyo jobs resume",
            "原因を確認し、端末を再起動してから unyo jobs resume を実行",
        ),
        detail="; ".join(answer["errors"]) or None,
    )
