"""What a cut-off terminal still reaches, and how the cut is proven: the policy ``isolation``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.address_ranges import all_but
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.tools import Tools

LONGEST_HOURS = 24 * 365


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
        raise _bad(Text("the policy cannot be used", "ポリシーの内容を解釈できません")) from error
    if not 1 <= found.hours <= LONGEST_HOURS:
        raise _bad(Text(f"hours: not 1 to {LONGEST_HOURS}", f"hours: 1〜{LONGEST_HOURS} で指定してください"))
    _check_kept(found)
    return found


def _check_kept(policy: IsolationPolicy) -> None:
    try:
        blocked = all_but(policy.keep)
    except BadSetting as error:
        raise _bad(
            Text(f"keep: {error.target}: {error.what.en}", f"keep: {error.target}: {error.what.ja}")
        ) from error
    if not any("." in piece for piece in blocked):
        raise _bad(Text("keep: nothing would be cut off", "keep: すべての宛先が残り、遮断されません"))
    if policy.probe is not None and all_but([*policy.keep, policy.probe["address"]]) == blocked:
        raise _bad(
            Text(
                "probe: it stands in keep, so it would always answer",
                "probe: keep に含まれるため、遮断を確認できません",
            )
        )


def _bad(what: Text) -> BadSetting:
    return BadSetting(
        "isolation.policy",
        what,
        Text(
            "keep: [addresses], probe: {address: …, port: …}, hours: whole number",
            "keep: [アドレス], probe: {address: …, port: …}, hours: 整数 の形で書く",
        ),
        target="inventory/policies/isolation.yml",
    )
