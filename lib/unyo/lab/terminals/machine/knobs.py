"""What can be turned on one simulated terminal to make it slow, odd or broken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Knobs:
    """Faults and delays; all off to begin with. Times are seconds."""

    latency_seconds: float = 0.0
    """Added to every answer."""
    powershell_start_seconds: float = 0.0
    """What starting a PowerShell process costs; a real one takes 0.3 to 1."""
    powered_off: bool = False
    silent: bool = False
    """Where it would refuse a connection it does not answer at all, as behind a firewall that drops."""
    wrong_password: bool = False
    """The local administrator has another password than the fleet's."""
    lockout_threshold: int | None = None
    """Wrong passwords until the account is locked; None leaves the security policy's, 0 never locks."""
    quota_fault: bool = False
    """WinRM says that the user has too many shells."""
    operation_timeout: bool = False
    """Commands do not end; every Receive runs into the operation time-out."""
    lose_reply_after_change: int = 0
    """How many more answers are lost after the command has changed the machine."""
    restored_from_old_image: bool = False
    """The machine was set back to its first snapshot; turning it on does so."""
    answers_in_cp932: bool = False
    """Programs answer in Shift_JIS whatever code page was asked for."""
    reboot_seconds: float = 2.0
    """How long the machine is away while it restarts."""
    longest_shutdown_delay_seconds: float | None = None
    """A restart that was ordered for later comes by then at the latest; None: when it was ordered for."""
    clock_skew_seconds: float = 0.0
    certificate: str = "good"
    """good, expired or wrong_name."""
    network_answers: tuple[str, ...] = ("192.0.2.1:445", "192.0.2.2:389")
    """What of the office answers this machine: the file server and the domain controller of the lab."""
    swapped_serial: str = ""
    """The serial number of the machine that really answers at this address; empty: its own."""
