"""CIM classes about the machine, its Windows, its disks and adapters."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.commands.cim_classes import cim_class, cim_method
from unyo.lab.terminals.machine.files import INSTALLED
from unyo.lab.terminals.powershell.dates import JST
from unyo.lab.terminals.powershell.values import UInt32, UInt64

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine
    from unyo.lab.terminals.powershell.values import Item

GIB = 1 << 30
_LOCALES = {"en-US": ("0409", "1", 1033, "1252"), "ja-JP": ("0411", "81", 1041, "932")}


def boot_time(machine: Machine) -> datetime:
    """The last start by the machine's own clock."""
    return (machine.power.boot + timedelta(seconds=machine.knobs.clock_skew_seconds)).astimezone(JST)


@cim_class("Win32_BIOS")
def bios(machine: Machine) -> Iterator[dict[str, Any]]:
    model = machine.identity.model
    yield {
        "Name": model.bios,
        "Caption": model.bios,
        "Manufacturer": model.maker,
        "SerialNumber": machine.serial,
        "SMBIOSBIOSVersion": model.bios,
        "Version": f"{model.maker.split()[0].upper()} - 1072009",
        "ReleaseDate": datetime(2024, 5, 20, 9, tzinfo=JST),
    }


@cim_class("Win32_ComputerSystem")
def computer_system(machine: Machine) -> Iterator[dict[str, Any]]:
    model = machine.identity.model
    console = next((s for s in machine.sessions if s.kind == 2), None)
    yield {
        "Name": machine.name.upper(),
        "Caption": machine.name.upper(),
        "DNSHostName": machine.name,
        "Manufacturer": model.maker,
        "Model": model.name,
        "SystemFamily": model.name,
        "SystemSKUNumber": "",
        "SystemType": "x64-based PC",
        "PCSystemType": 2 if model.laptop else 1,
        "Domain": machine.domain or machine.membership.workgroup,
        "Workgroup": None if machine.domain else machine.membership.workgroup,
        "PartOfDomain": bool(machine.domain),
        "DomainRole": (1 if machine.domain else 0) + (2 if machine.kind == "server" else 0),
        "UserName": console.account if console else None,
        "TotalPhysicalMemory": UInt64(model.memory_gib * GIB - 300 * (1 << 20)),
        "NumberOfProcessors": UInt32(1),
        "NumberOfLogicalProcessors": UInt32(8),
        "PrimaryOwnerName": "unyo",
        "Status": "OK",
        "HypervisorPresent": False,
    }


@cim_class("Win32_ComputerSystemProduct")
def computer_product(machine: Machine) -> Iterator[dict[str, Any]]:
    model = machine.identity.model
    yield {
        "Name": model.name,
        "Vendor": model.maker,
        "Version": "",
        "IdentifyingNumber": machine.serial,
        "UUID": machine.identity.uuid,
        "SKUNumber": None,
    }


@cim_class("Win32_SystemEnclosure")
def enclosure(machine: Machine) -> Iterator[dict[str, Any]]:
    laptop = machine.identity.model.laptop
    yield {
        "SerialNumber": machine.serial,
        "SMBIOSAssetTag": "",
        "ChassisTypes": [10 if laptop else 3],
        "Manufacturer": machine.identity.model.maker,
    }


@cim_class("Win32_OperatingSystem")
def operating_system(machine: Machine) -> Iterator[dict[str, Any]]:
    windows = machine.identity.windows
    locale, country, language, code_set = _LOCALES[machine.locale]
    total = machine.identity.model.memory_gib * (1 << 20) - 300 * 1024
    yield {
        "Caption": windows.caption,
        "Version": windows.version,
        "BuildNumber": str(windows.build),
        "OSArchitecture": "64-bit" if machine.locale == "en-US" else "64 ビット",
        "ProductType": UInt32(windows.product_type),
        "OperatingSystemSKU": UInt32(windows.sku),
        "Locale": locale,
        "CountryCode": country,
        "CodeSet": code_set,
        "OSLanguage": UInt32(language),
        "MUILanguages": [machine.locale],
        "InstallDate": INSTALLED.astimezone(JST),
        "LastBootUpTime": boot_time(machine),
        "LocalDateTime": machine.now().astimezone(JST),
        "CurrentTimeZone": 540,
        "CSName": machine.name.upper(),
        "RegisteredUser": "unyo",
        "Organization": "",
        "SerialNumber": "00329-00000-00003-AA123",
        "SystemDirectory": "C:\\Windows\\system32",
        "SystemDrive": "C:",
        "WindowsDirectory": "C:\\Windows",
        "TotalVisibleMemorySize": UInt64(total),
        "FreePhysicalMemory": UInt64(total * 2 // 5),
        "NumberOfProcesses": UInt32(len(machine.running.processes)),
        "NumberOfUsers": UInt32(len(machine.sessions)),
        "Status": "OK",
    }


@cim_method("Win32_OperatingSystem", "Reboot")
def reboot(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    del item, arguments
    machine.restart()
    return {"ReturnValue": 0}


@cim_method("Win32_OperatingSystem", "Win32Shutdown")
def shutdown(machine: Machine, item: Item | None, arguments: dict[str, Any]) -> dict[str, Any]:
    del item
    flags = int(arguments.get("flags", 0))
    if flags & 3 == 2:
        machine.restart()
    elif flags & 3 == 1 or flags & 8:
        machine.restart(off=True)
    else:
        machine.unsupported(f"Win32Shutdown with the flags {flags}")
    return {"ReturnValue": 0}


@cim_class("Win32_Processor")
def processor(machine: Machine) -> Iterator[dict[str, Any]]:
    del machine
    yield {
        "Name": "13th Gen Intel(R) Core(TM) i5-1335U",
        "DeviceID": "CPU0",
        "NumberOfCores": UInt32(4),
        "NumberOfLogicalProcessors": UInt32(8),
        "MaxClockSpeed": UInt32(1300),
        "LoadPercentage": 7,
    }


@cim_class("Win32_LogicalDisk")
def logical_disk(machine: Machine) -> Iterator[dict[str, Any]]:
    for volume in machine.volumes:
        yield {
            "DeviceID": volume.letter,
            "Name": volume.letter,
            "DriveType": UInt32(3),
            "FileSystem": volume.file_system,
            "Size": UInt64(volume.bytes),
            "FreeSpace": UInt64(volume.free),
            "VolumeName": volume.label,
            "VolumeSerialNumber": "6A1B2C3D",
            "ProviderName": None,
        }


@cim_class("MSFT_PhysicalDisk", "root/Microsoft/Windows/Storage")
def physical_disk(machine: Machine) -> Iterator[dict[str, Any]]:
    for disk in machine.disks:
        yield {
            "DeviceId": str(disk.number),
            "FriendlyName": disk.name,
            "SerialNumber": disk.serial,
            "HealthStatus": disk.health,
            "OperationalStatus": [2],
            "MediaType": disk.media,
            "BusType": 17,
            "Size": UInt64(disk.gibibytes * GIB),
        }


@cim_class("Win32_DiskDrive")
def disk_drive(machine: Machine) -> Iterator[dict[str, Any]]:
    for disk in machine.disks:
        yield {
            "DeviceID": f"\\\\.\\PHYSICALDRIVE{disk.number}",
            "Index": UInt32(disk.number),
            "Model": disk.name,
            "SerialNumber": disk.serial,
            "Size": UInt64(disk.gibibytes * GIB),
            "Status": "OK" if not disk.health else "Pred Fail",
            "InterfaceType": "SCSI",
        }


@cim_class("Win32_Battery")
def battery(machine: Machine) -> Iterator[dict[str, Any]]:
    if machine.battery is not None:
        yield {
            "DeviceID": "1BAT",
            "Name": "Battery",
            "EstimatedChargeRemaining": machine.battery.charge,
            "BatteryStatus": machine.battery.status,
            "Status": "OK",
        }


@cim_class("Win32_NetworkAdapterConfiguration")
def adapter_configuration(machine: Machine) -> Iterator[dict[str, Any]]:
    for adapter in machine.adapters:
        mask = str(ipaddress.ip_network(f"0.0.0.0/{adapter.prefix}").netmask)
        yield {
            "Index": UInt32(adapter.index),
            "InterfaceIndex": UInt32(adapter.index),
            "Description": adapter.description,
            "MACAddress": adapter.mac,
            "IPEnabled": adapter.up,
            "IPAddress": [adapter.address] if adapter.up else None,
            "IPSubnet": [mask] if adapter.up else None,
            "DefaultIPGateway": [adapter.gateway] if adapter.up and adapter.gateway else None,
            "DNSServerSearchOrder": list(adapter.dns) if adapter.up else None,
            "DNSDomain": adapter.suffix or None,
            "DNSHostName": machine.name,
            "DHCPEnabled": adapter.dhcp,
            "DHCPServer": adapter.dhcp_server or None,
            "ServiceName": "e1dexpress",
        }


@cim_class("Win32_EncryptableVolume", "root/cimv2/Security/MicrosoftVolumeEncryption")
def encryptable_volume(machine: Machine) -> Iterator[dict[str, Any]]:
    for volume in machine.volumes:
        yield {
            "DeviceID": f"\\\\?\\Volume{{{volume.letter[0].lower()}0000000-0000-0000-0000-100000000000}}\\",
            "DriveLetter": volume.letter,
            "ProtectionStatus": UInt32(volume.protection),
            "ConversionStatus": UInt32(1 if volume.encrypted_percent == 100 else 0),
            "EncryptionMethod": UInt32(7 if volume.encrypted_percent else 0),
            "VolumeType": UInt32(0),
            "IsVolumeInitializedForProtection": bool(volume.recovery_id),
        }


@cim_class("Win32_QuickFixEngineering")
def quick_fixes(machine: Machine) -> Iterator[dict[str, Any]]:
    for update in sorted(machine.updates.installed(), key=lambda u: u.kb):
        installed = update.installed or machine.now()
        midnight = installed.astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
        yield {
            "HotFixID": f"KB{update.kb}",
            "Description": "Security Update",
            "InstalledOn": midnight,
            "InstalledBy": "NT AUTHORITY\\SYSTEM",
            "Caption": f"https://support.microsoft.com/help/{update.kb}",
            "CSName": machine.name.upper(),
        }
