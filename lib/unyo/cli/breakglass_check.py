"""``unyo doctor`` on the break-glass export: whether the newest one still holds."""

from __future__ import annotations

from unyo.core.dates import in_jst
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.flow.breakglass import freshness


def look_at_export() -> str:
    """What there is; BadSetting where passwords were renewed since. None at all is the site's choice."""
    found = freshness()
    if found.made_at is None:
        return "none"
    if found.renewed_since:
        raise BadSetting(
            "doctor.breakglass",
            Text(
                f"{found.renewed_since} passwords were renewed since the export of {in_jst(found.made_at):%Y-%m-%d %H:%M}",
                f"{in_jst(found.made_at):%Y-%m-%d %H:%M} の持出し以後、{found.renewed_since} 件のパスワードが変更されています",
            ),
            Text("make a new one: unyo breakglass export", "作り直す: unyo breakglass export"),
            target=found.file,
        )
    return f"{found.file}, {in_jst(found.made_at):%Y-%m-%d %H:%M}"
