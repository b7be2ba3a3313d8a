"""Notes of the chain's head kept outside the database, so that a chain written anew is noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.ledger.models import ChainHead


def note_head(path: Path) -> None:
    """Add the present head to the anchor file, one JSON line, on disk before it returns."""
    head = ChainHead.objects.filter(pk=1).first()
    if head is None or head.seq == 0:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"seq": head.seq, "hash": head.hash}) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_anchors(path: Path) -> list[tuple[int, str]]:
    """All notes; a last line cut off by a crash is left out, anything else unreadable is a BadSetting."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="ascii", errors="replace")
    whole = text[: text.rfind("\n") + 1]
    try:
        notes = [json.loads(line) for line in whole.splitlines()]
        return [(int(note["seq"]), str(note["hash"])) for note in notes]
    except (ValueError, KeyError, TypeError) as error:
        raise BadSetting(
            "audit.anchor",
            Text("the anchor file is damaged", "監査の控えファイルが壊れています"),
            Text("restore it from the backup", "バックアップから復元する"),
            target=str(path),
        ) from error
