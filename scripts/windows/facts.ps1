[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# What this terminal is, part by part; nothing is written.
#
# Parameters  parts  list of: identity system clock domain user memory disks network bitlocker software reboot
# Answer      part -> its facts; errors: part -> why it could not be read
#
# Repeatable: always
#
# ``user`` and ``software`` are personal data or near to it: only who asks for them gets them.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Get-Utc($time) {
    if ($null -ne $time) { $time.ToUniversalTime().ToString('s') + 'Z' }
}

function Get-Identity {
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem -Property Name, Manufacturer, Model
    $bios = Get-CimInstance -ClassName Win32_BIOS -Property SerialNumber
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property ProductType
    $kind = 'server'
    if ($system.ProductType -eq 1) { $kind = 'client' }
    @{
        name = $computer.Name
        serial = ([string]$bios.SerialNumber).Trim()
        manufacturer = $computer.Manufacturer
        model = $computer.Model
        kind = $kind
    }
}

function Get-System {
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property Caption, Version, BuildNumber, OSArchitecture, Locale, InstallDate, LastBootUpTime
    $current = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    @{
        caption = $system.Caption
        version = $system.Version
        build = "$($system.BuildNumber).$([Microsoft.Win32.Registry]::GetValue($current, 'UBR', 0))"
        release = [string][Microsoft.Win32.Registry]::GetValue($current, 'DisplayVersion', '')
        edition = [string][Microsoft.Win32.Registry]::GetValue($current, 'EditionID', '')
        locale = $system.Locale
        installed = Get-Utc $system.InstallDate
        boot = Get-Utc $system.LastBootUpTime
    }
}

function Get-Clock {
    @{ utc = [DateTime]::UtcNow.ToString('s') + 'Z' }
}

function Get-Domain {
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem -Property PartOfDomain, Domain
    @{ joined = [bool]$computer.PartOfDomain; name = $computer.Domain }
}

function Get-User {
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem -Property UserName
    @{ console = $computer.UserName }
}

function Get-Memory {
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property TotalVisibleMemorySize, FreePhysicalMemory
    @{
        total_mb = [long][Math]::Floor($system.TotalVisibleMemorySize / 1024)
        free_mb = [long][Math]::Floor($system.FreePhysicalMemory / 1024)
    }
}

function Get-Disks {
    foreach ($disk in Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType = 3') {
        @{ drive = $disk.DeviceID; file_system = $disk.FileSystem; size = [long]$disk.Size; free = [long]$disk.FreeSpace }
    }
}

function Get-Network {
    foreach ($adapter in Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE') {
        @{
            description = $adapter.Description
            mac = $adapter.MACAddress
            dhcp = [bool]$adapter.DHCPEnabled
            addresses = [string[]]@($adapter.IPAddress)
            gateways = [string[]]@($adapter.DefaultIPGateway | Where-Object { $_ })
            dns = [string[]]@($adapter.DNSServerSearchOrder | Where-Object { $_ })
        }
    }
}

function Get-BitLockerState {
    $names = @('off', 'on', 'unknown')
    $place = @{ Namespace = 'root\cimv2\Security\MicrosoftVolumeEncryption'; ClassName = 'Win32_EncryptableVolume' }
    foreach ($volume in Get-CimInstance @place -Property DriveLetter, ProtectionStatus) {
        $state = 'unknown'
        if ($null -ne $volume.ProtectionStatus) { $state = $names[$volume.ProtectionStatus] }
        if ($volume.DriveLetter) { @{ drive = $volume.DriveLetter; protection = $state } }
    }
}

function Get-Software {
    $uninstall = 'Microsoft\Windows\CurrentVersion\Uninstall'
    foreach ($place in "SOFTWARE\$uninstall", "SOFTWARE\WOW6432Node\$uninstall") {
        $root = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($place)
        if ($null -eq $root) { continue }
        foreach ($name in $root.GetSubKeyNames()) {
            $entry = $root.OpenSubKey($name)
            if ($null -eq $entry) { continue }
            # Parts and updates of a program are marked as such or have no name.
            if ($entry.GetValue('DisplayName') -and ($entry.GetValue('SystemComponent', 0) -ne 1)) {
                @{
                    name = [string]$entry.GetValue('DisplayName')
                    version = [string]$entry.GetValue('DisplayVersion', '')
                    publisher = [string]$entry.GetValue('Publisher', '')
                }
            }
            $entry.Close()
        }
        $root.Close()
    }
}

function Get-Reboot {
    $reasons = New-Object System.Collections.ArrayList
    $keys = @{
        servicing = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
        updates = 'SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
    }
    foreach ($reason in $keys.Keys) {
        $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($keys[$reason])
        if ($null -ne $key) { $key.Close(); [void]$reasons.Add($reason) }
    }
    $control = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control'
    $renames = [Microsoft.Win32.Registry]::GetValue("$control\Session Manager", 'PendingFileRenameOperations', $null)
    if (@($renames | Where-Object { $_ }).Count -gt 0) { [void]$reasons.Add('files') }
    $now = [Microsoft.Win32.Registry]::GetValue("$control\ComputerName\ActiveComputerName", 'ComputerName', '')
    $next = [Microsoft.Win32.Registry]::GetValue("$control\ComputerName\ComputerName", 'ComputerName', '')
    if ($now -ne $next) { [void]$reasons.Add('name') }
    @{ pending = ($reasons.Count -gt 0); reasons = [string[]]@($reasons) }
}

$answer = @{}
$problems = @{}
foreach ($part in $Parameters.parts) {
    try {
        switch ($part) {
            'identity' { $answer[$part] = Get-Identity }
            'system' { $answer[$part] = Get-System }
            'clock' { $answer[$part] = Get-Clock }
            'domain' { $answer[$part] = Get-Domain }
            'user' { $answer[$part] = Get-User }
            'memory' { $answer[$part] = Get-Memory }
            'disks' { $answer[$part] = [object[]]@(Get-Disks) }
            'network' { $answer[$part] = [object[]]@(Get-Network) }
            'bitlocker' { $answer[$part] = [object[]]@(Get-BitLockerState) }
            'software' { $answer[$part] = [object[]]@(Get-Software) }
            'reboot' { $answer[$part] = Get-Reboot }
            default { throw "unknown part $part" }
        }
    } catch {
        $problems[$part] = $_.Exception.Message
    }
}
$answer['errors'] = $problems
$answer
