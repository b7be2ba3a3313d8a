"""Names that Windows itself fixes: privileges, keys of security templates, values of firewall profiles."""

from __future__ import annotations

from collections.abc import Mapping

_PRIVILEGES = """
    SeAssignPrimaryTokenPrivilege SeAuditPrivilege SeBackupPrivilege SeBatchLogonRight SeChangeNotifyPrivilege
    SeCreateGlobalPrivilege SeCreatePagefilePrivilege SeCreatePermanentPrivilege SeCreateSymbolicLinkPrivilege
    SeCreateTokenPrivilege SeDebugPrivilege SeDelegateSessionUserImpersonatePrivilege SeDenyBatchLogonRight
    SeDenyInteractiveLogonRight SeDenyNetworkLogonRight SeDenyRemoteInteractiveLogonRight
    SeDenyServiceLogonRight SeEnableDelegationPrivilege SeImpersonatePrivilege SeIncreaseBasePriorityPrivilege
    SeIncreaseQuotaPrivilege SeIncreaseWorkingSetPrivilege SeInteractiveLogonRight SeLoadDriverPrivilege
    SeLockMemoryPrivilege SeMachineAccountPrivilege SeManageVolumePrivilege SeNetworkLogonRight
    SeProfileSingleProcessPrivilege SeRelabelPrivilege SeRemoteInteractiveLogonRight SeRemoteShutdownPrivilege
    SeRestorePrivilege SeSecurityPrivilege SeServiceLogonRight SeShutdownPrivilege SeSyncAgentPrivilege
    SeSystemEnvironmentPrivilege SeSystemProfilePrivilege SeSystemtimePrivilege SeTakeOwnershipPrivilege
    SeTcbPrivilege SeTimeZonePrivilege SeTrustedCredManAccessPrivilege SeUndockPrivilege
"""

PRIVILEGES = frozenset(_PRIVILEGES.split())

_SYSTEM_ACCESS = """
    MinimumPasswordAge MaximumPasswordAge MinimumPasswordLength PasswordComplexity PasswordHistorySize
    LockoutBadCount ResetLockoutCount LockoutDuration AllowAdministratorLockout
    RequireLogonToChangePassword ForceLogoffWhenHourExpire NewAdministratorName NewGuestName
    ClearTextPassword LSAAnonymousNameLookup EnableAdminAccount EnableGuestAccount
"""

SECURITY_KEYS: Mapping[str, frozenset[str]] = {"System Access": frozenset(_SYSTEM_ACCESS.split())}

_BOOLEAN = ("True", "False", "NotConfigured")
_ACTION = ("Block", "Allow", "NotConfigured")

FIREWALL_VALUES: Mapping[str, tuple[str, ...]] = {
    "Enabled": _BOOLEAN,
    "DefaultInboundAction": _ACTION,
    "DefaultOutboundAction": _ACTION,
    "AllowInboundRules": _BOOLEAN,
    "AllowLocalFirewallRules": _BOOLEAN,
    "AllowLocalIPsecRules": _BOOLEAN,
    "AllowUnicastResponseToMulticast": _BOOLEAN,
    "NotifyOnListen": _BOOLEAN,
    "LogAllowed": _BOOLEAN,
    "LogBlocked": _BOOLEAN,
    "LogIgnored": _BOOLEAN,
    "LogMaxSizeKilobytes": (),
    "LogFileName": (),
}
"""Value → what it may be, as ``Set-NetFirewallProfile`` takes it; empty: any text."""
