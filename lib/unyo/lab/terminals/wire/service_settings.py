"""What the WinRM service of a terminal allows: group policy first, then its own configuration."""

from __future__ import annotations

from unyo.lab.terminals.machine.machine import Machine

_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service"
_SHELL_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service\WinRS"
_LOCAL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service"
_SHELL_LOCAL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\WinRS"

_SYSTEM = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"


class ServiceSettings:
    """Read from the registry whenever asked, so that a changed baseline counts at once."""

    __slots__ = ("_machine",)

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def basic(self) -> bool:
        return self._flag("AllowBasic", "auth_basic", False)

    @property
    def negotiate(self) -> bool:
        return self._flag("AllowNegotiate", "auth_negotiate", True)

    @property
    def kerberos(self) -> bool:
        return self._flag("AllowKerberos", "auth_kerberos", True)

    @property
    def certificate(self) -> bool:
        return self._flag("AllowCertificate", "auth_certificate", False)

    @property
    def unencrypted(self) -> bool:
        return self._flag("AllowUnencryptedTraffic", "allow_unencrypted", False)

    @property
    def remote_shells(self) -> bool:
        name = "AllowRemoteShellAccess"
        return self._number(_SHELL_POLICY, name, _SHELL_LOCAL, name, 1) != 0

    @property
    def shells_per_user(self) -> int:
        name = "MaxShellsPerUser"
        return self._number(_SHELL_POLICY, name, _SHELL_LOCAL, name, 30)

    @property
    def unfiltered_local_administrators(self) -> bool:
        """Set to 1 by ``winrm quickconfig``; security baselines set it back to 0, which shuts such accounts out."""
        return self._machine.registry.data(_SYSTEM, "LocalAccountTokenFilterPolicy") == 1

    def _flag(self, policy: str, local: str, default: bool) -> bool:
        return self._number(_POLICY, policy, _LOCAL, local, int(default)) != 0

    def _number(self, policy_key: str, policy: str, local_key: str, local: str, default: int) -> int:
        for key, name in ((policy_key, policy), (local_key, local)):
            value = self._machine.registry.data(key, name)
            if isinstance(value, int):
                return value
        return default
