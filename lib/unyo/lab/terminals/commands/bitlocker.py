"""Get-BitLockerVolume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

_TYPES = "Microsoft.BitLocker.Structures."


@command("Get-BitLockerVolume", positional=("MountPoint",))
def get_bitlocker_volume(call: Call) -> Iterator[Any]:
    wanted = [str(letter).rstrip("\\").upper() for letter in call.values("MountPoint")]
    known = {volume.letter for volume in call.machine.volumes}
    for letter in wanted:
        if letter not in known:
            text = f"The drive {letter} does not have a BitLocker volume."
            call.write_error(
                PowerShellError(
                    text, "NotSpecified", letter, exception="System.Runtime.InteropServices.COMException"
                )
            )
    for volume in call.machine.volumes:
        if wanted and volume.letter not in wanted:
            continue
        protectors = (
            [("Tpm", 1, None), ("RecoveryPassword", 3, volume.recovery_id)] if volume.recovery_id else []
        )
        yield Item(
            f"{_TYPES}BitLockerVolume",
            {
                "MountPoint": volume.letter,
                "VolumeType": Enum("OperatingSystem", 0, f"{_TYPES}BitLockerVolumeType"),
                "VolumeStatus": Enum("FullyEncrypted", 1)
                if volume.encrypted_percent == 100
                else Enum("FullyDecrypted", 0),
                "ProtectionStatus": Enum("On", 1) if volume.protection == 1 else Enum("Off", 0),
                "LockStatus": Enum("Unlocked", 0),
                "EncryptionPercentage": volume.encrypted_percent,
                "EncryptionMethod": Enum("XtsAes256", 7) if volume.encrypted_percent else Enum("None", 0),
                "CapacityGB": volume.bytes / (1 << 30),
                "KeyProtector": [
                    Item(
                        f"{_TYPES}BitLockerVolumeKeyProtector",
                        {
                            "KeyProtectorType": Enum(kind, number),
                            "KeyProtectorId": ident,
                            "RecoveryPassword": None,
                        },
                    )
                    for kind, number, ident in protectors
                ],
            },
        )
