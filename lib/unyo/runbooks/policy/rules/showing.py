"""Values of settings as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unyo.core.text import Text

ABSENT = Text("(not set)", "(未設定)")


def shown(value: Any) -> str | Text:
    """One value of a setting in one line."""
    if value is None:
        return ABSENT
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or "[]"
    if isinstance(value, Mapping):
        # A registry value of another type than the rule's.
        return f"{value.get('type')}: {value.get('value')}"
    return str(value)
