"""The domain a machine belongs to and what its group policy sets, now and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from unyo.lab.terminals.machine.registry import Data, ValueKind

REFRESH = timedelta(minutes=90)
"""How often Windows refreshes policy in the background, without the random offset of up to 30 minutes."""
DOMAIN_SID = "S-1-5-21-1004336348-1177238915-682003330"
"""The SID of the simulated domain."""
PolicyKind = Literal["registry", "security", "user_right", "audit", "service", "firewall"]


@dataclass(frozen=True, slots=True)
class PolicySetting:
    r"""One setting of a group policy object.

    ``where`` is the key below HKLM, the section, the right, the GUID, the service or the profile; ``name`` the
    value's or setting's name; ``value`` what it is set to (holders' SIDs, a start mode, the sum of an audit).
    """

    kind: PolicyKind
    where: str
    value: Data
    name: str = ""
    type: ValueKind = "DWord"
    gpo: str = "Default Domain Policy"


@dataclass(slots=True)
class Membership:
    """Workgroup or domain; ``policy`` is the resulting set of policy, None where it was never applied."""

    workgroup: str = "WORKGROUP"
    netbios: str = ""
    organizational_unit: str = ""
    trusted: bool = True
    policy: tuple[PolicySetting, ...] = ()
    logs_policy: bool = True
    refresh_at: datetime | None = None
    pending_domain: str | None = None
    """The domain from the next start on; empty: a workgroup; None: no change."""

    def __deepcopy__(self, memo: dict[int, object]) -> Membership:
        return replace(self)
