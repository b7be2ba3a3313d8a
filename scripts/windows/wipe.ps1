[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# What former users left on this terminal: profiles, recycle bins, files in shared folders, local accounts.
#
# Parameters  mode     status | wipe
#             keep     SIDs whose profiles and accounts stay, beside the built-in ones
#             folders  shared folders whose content goes ("C:\Temp"); the folders themselves stay
# Repeatable: status
# Answer      profiles, bins, files, accounts: what is left, each a list; loaded: profiles in use;
#             tests: what was found of disks, battery and encryption; errors: what could not be removed
#
# Accounts are disabled, not deleted; everything else is gone for good.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$problems = New-Object System.Collections.ArrayList

# Who runs this must be able to come back.
$self = [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value

# S-1-12-1 are people of Entra ID. 500 to 504 are Windows' own accounts on every machine, whatever they are called.
function Test-Kept([string]$sid) {
    if (($sid -eq $self) -or (@($Parameters.keep) -contains $sid)) { return $true }
    if ($sid -like 'S-1-12-1-*') { return $false }
    if ($sid -notlike 'S-1-5-21-*') { return $true }
    $number = [int]($sid.Substring($sid.LastIndexOf('-') + 1))
    ($number -ge 500) -and ($number -le 504)
}

function Get-Profiles {
    foreach ($entry in Get-CimInstance -ClassName Win32_UserProfile) {
        if (-not $entry.Special -and -not (Test-Kept $entry.SID)) { $entry }
    }
}

function Get-Bins {
    $root = "$env:SystemDrive\`$Recycle.Bin"
    if (-not (Test-Path -LiteralPath $root)) { return }
    foreach ($folder in Get-ChildItem -LiteralPath $root -Directory -Force) {
        if (-not (Test-Kept $folder.Name)) { $folder }
    }
}

function Get-SharedFiles {
    foreach ($folder in @($Parameters.folders)) {
        if ($folder -and (Test-Path -LiteralPath $folder)) {
            foreach ($item in Get-ChildItem -LiteralPath $folder -Force) {
                # Windows makes these itself, and again if they are removed.
                if ($item.Name -ne 'desktop.ini') { $item }
            }
        }
    }
}

function Get-Accounts {
    foreach ($account in Get-LocalUser) {
        if ($account.Enabled -and -not (Test-Kept $account.SID.Value)) { $account }
    }
}

function Remove-Each([string]$what, $things, [scriptblock]$remove) {
    foreach ($thing in @($things)) {
        if ($null -eq $thing) { continue }
        try { & $remove $thing } catch { [void]$problems.Add("${what}: $($_.Exception.Message)") }
    }
}

# A server without the BitLocker feature has no such class: what cannot be looked at says nothing.
function Get-All([string]$class, [string]$namespace = 'root\cimv2') {
    Get-CimInstance -Namespace $namespace -ClassName $class -ErrorAction SilentlyContinue
}

function Get-Tests {
    $tests = @{}
    $disks = @(Get-All 'MSFT_PhysicalDisk' 'root\Microsoft\Windows\Storage')
    # 0 healthy, 1 warning, 2 unhealthy
    $tests['disks'] = [object[]]@($disks | ForEach-Object { @{ name = $_.FriendlyName; health = [int]$_.HealthStatus } })
    $volumes = @(Get-All 'Win32_EncryptableVolume' 'root\cimv2\Security\MicrosoftVolumeEncryption' | Where-Object { $_.DriveLetter })
    $tests['encryption'] = [object[]]@($volumes | ForEach-Object { @{ drive = $_.DriveLetter; protected = ($_.ProtectionStatus -eq 1) } })
    $batteries = @(Get-All 'Win32_Battery')
    $tests['battery'] = [object[]]@($batteries | ForEach-Object { @{ charge = [int]$_.EstimatedChargeRemaining; status = [int]$_.BatteryStatus } })
    $tests
}

if ([string]$Parameters.mode -eq 'wipe' -and $PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'wipe')) {
    Remove-Each 'profile' (Get-Profiles) { param($entry) Remove-CimInstance -InputObject $entry }
    Remove-Each 'recycle bin' (Get-Bins) { param($folder) Remove-Item -LiteralPath $folder.FullName -Recurse -Force }
    Remove-Each 'file' (Get-SharedFiles) { param($item) Remove-Item -LiteralPath $item.FullName -Recurse -Force }
    Remove-Each 'account' (Get-Accounts) { param($account) Disable-LocalUser -SID $account.SID }
}

$left = @(Get-Profiles)
@{
    profiles = [object[]]@($left | ForEach-Object { $_.LocalPath })
    loaded = [object[]]@($left | Where-Object { $_.Loaded } | ForEach-Object { $_.LocalPath })
    bins = [object[]]@(Get-Bins | ForEach-Object { $_.Name })
    files = [object[]]@(Get-SharedFiles | ForEach-Object { $_.FullName })
    accounts = [object[]]@(Get-Accounts | ForEach-Object { $_.Name })
    tests = Get-Tests
    errors = [object[]]@($problems)
}
