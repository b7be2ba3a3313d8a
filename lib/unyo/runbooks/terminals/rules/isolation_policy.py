"""What a cut-off terminal still reaches, and how the cut is proven: the policy ``isolation``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.address_ranges import all_but
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.tools import Tools


@dataclass(frozen=True, slots=True)
class IsolationPolicy:
    """``keep``: addresses and networks that stay reachable; ``probe``: what proves the cut, if anything."""

    keep: tuple[str, ...]
    probe: Mapping[str, Any] | None
    hours: int


def isolation_policy(tools: Tools) -> IsolationPolicy:
    """The site's policy; BadSetting where it holds something else than it should."""
    values = tools.policies.load("isolation")
    try:
        keep = tuple(str(item) for item in values.get("keep") or ())
        probe = values.get("probe")
        found = IsolationPolicy(
            keep,
            {"address": str(probe["address"]), "port": int(probe["port"])} if probe else None,
            int(values.get("hours", 24)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadSetting(
            "isolation.policy",
            Text("the policy cannot be used", "ポリシーの内容を解釈できません"),
            Text(
                "keep: [addresses], probe: {address: …, port: …}, hours: whole number",
                "keep: [アドレス], probe: {address: …, port: …}, hours: 整数 の形で書く",
            ),
            target="inventory/policies/isolation.yml",
        ) from error
    all_but(found.keep)
    return found
