"""User rights: which SIDs hold which privilege or way to log on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from unyo.lab.terminals.machine.overlay import Mark, Overlay

Holders = tuple[str, ...]
_ADMINS, _USERS, _BACKUP, _RDP = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-551", "S-1-5-32-555"
_EVERYONE, _LOCAL_SERVICE, _NETWORK_SERVICE, _SERVICE = "S-1-1-0", "S-1-5-19", "S-1-5-20", "S-1-5-6"
_WINDOW_MANAGER = "S-1-5-90-0"
_GUEST = "{machine}-501"
_CLIENT: dict[str, Holders] = {
    "SeNetworkLogonRight": (_EVERYONE, _ADMINS, _USERS, _BACKUP),
    "SeInteractiveLogonRight": (_GUEST, _ADMINS, _USERS, _BACKUP),
    "SeRemoteInteractiveLogonRight": (_ADMINS, _RDP),
    "SeDenyNetworkLogonRight": (_GUEST,),
    "SeDenyInteractiveLogonRight": (_GUEST,),
    "SeBatchLogonRight": (_ADMINS, _BACKUP, "S-1-5-32-559"),
    "SeServiceLogonRight": ("S-1-5-80-0",),
    "SeBackupPrivilege": (_ADMINS, _BACKUP),
    "SeRestorePrivilege": (_ADMINS, _BACKUP),
    "SeShutdownPrivilege": (_ADMINS, _USERS, _BACKUP),
    "SeRemoteShutdownPrivilege": (_ADMINS,),
    "SeTakeOwnershipPrivilege": (_ADMINS,),
    "SeDebugPrivilege": (_ADMINS,),
    "SeSecurityPrivilege": (_ADMINS,),
    "SeSystemEnvironmentPrivilege": (_ADMINS,),
    "SeSystemProfilePrivilege": (_ADMINS, "S-1-5-80-3139157870-2983391045-3678747466-658725712-1809340420"),
    "SeProfileSingleProcessPrivilege": (_ADMINS,),
    "SeIncreaseBasePriorityPrivilege": (_ADMINS, _WINDOW_MANAGER),
    "SeIncreaseWorkingSetPrivilege": (_USERS,),
    "SeIncreaseQuotaPrivilege": (_LOCAL_SERVICE, _NETWORK_SERVICE, _ADMINS),
    "SeLoadDriverPrivilege": (_ADMINS,),
    "SeManageVolumePrivilege": (_ADMINS,),
    "SeCreatePagefilePrivilege": (_ADMINS,),
    "SeCreateGlobalPrivilege": (_LOCAL_SERVICE, _NETWORK_SERVICE, _ADMINS, _SERVICE),
    "SeCreateSymbolicLinkPrivilege": (_ADMINS,),
    "SeImpersonatePrivilege": (_LOCAL_SERVICE, _NETWORK_SERVICE, _ADMINS, _SERVICE),
    "SeAssignPrimaryTokenPrivilege": (_LOCAL_SERVICE, _NETWORK_SERVICE),
    "SeAuditPrivilege": (_LOCAL_SERVICE, _NETWORK_SERVICE),
    "SeChangeNotifyPrivilege": (_EVERYONE, _LOCAL_SERVICE, _NETWORK_SERVICE, _ADMINS, _USERS, _BACKUP),
    "SeSystemtimePrivilege": (_LOCAL_SERVICE, _ADMINS),
    "SeTimeZonePrivilege": (_LOCAL_SERVICE, _ADMINS, _USERS),
    "SeUndockPrivilege": (_ADMINS, _USERS),
    "SeDelegateSessionUserImpersonatePrivilege": (_ADMINS,),
}
_NONE_BY_DEFAULT = [
    "SeTcbPrivilege",
    "SeCreateTokenPrivilege",
    "SeCreatePermanentPrivilege",
    "SeLockMemoryPrivilege",
    "SeMachineAccountPrivilege",
    "SeSyncAgentPrivilege",
    "SeEnableDelegationPrivilege",
    "SeTrustedCredManAccessPrivilege",
    "SeRelabelPrivilege",
    "SeDenyBatchLogonRight",
    "SeDenyServiceLogonRight",
    "SeDenyRemoteInteractiveLogonRight",
]
_SERVER = _CLIENT | {
    "SeInteractiveLogonRight": (_ADMINS, _USERS, _BACKUP),
    "SeShutdownPrivilege": (_ADMINS, _BACKUP),
    "SeBatchLogonRight": (_ADMINS, _BACKUP, "S-1-5-32-559"),
    "SeTimeZonePrivilege": (_LOCAL_SERVICE, _ADMINS),
    "SeUndockPrivilege": (_ADMINS,),
    "SeDenyNetworkLogonRight": (),
    "SeDenyInteractiveLogonRight": (),
}
SPELLING = {name.lower(): name for name in (*_CLIENT, *_NONE_BY_DEFAULT)}
_BASE = {
    kind: {name.lower(): holders for name, holders in table.items() if holders}
    for kind, table in (("client", _CLIENT), ("server", _SERVER))
}


class UserRights:
    """Holders by right; the SIDs of local accounts are written in full."""

    __slots__ = ("_held", "_machine_sid")

    def __init__(self, kind: str, machine_sid: str, mark: Mark) -> None:
        self._held: Overlay[Holders] = Overlay(_BASE[kind], mark)
        self._machine_sid = machine_sid

    def holders(self, right: str) -> Holders:
        """SIDs; empty where nobody holds the right."""
        held = self._held.get(right) or ()
        return tuple(sid.format(machine=self._machine_sid) for sid in held)

    def grant(self, right: str, holders: Iterable[str]) -> None:
        """Exactly these SIDs hold the right from now on."""
        wanted = tuple(dict.fromkeys(holders))
        if set(wanted) == set(self.holders(right)):
            return
        if wanted:
            self._held[right] = wanted
        else:
            del self._held[right]

    def held(self) -> dict[str, Holders]:
        """Every right that somebody holds, as secedit spells it."""
        return {SPELLING[name]: self.holders(name) for name in self._held}

    def any_of(self, right: str, sids: Collection[str]) -> bool:
        return not set(sids).isdisjoint(self.holders(right))
