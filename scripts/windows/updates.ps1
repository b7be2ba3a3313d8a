[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# Which updates this terminal lacks; searches, downloads and installs nothing.
#
# Parameters  none but an empty object
# Repeatable: always
# Answer      missing: list of {id, kb, title, severity, bytes, reboot, categories}; server: where it asks;
#             newest: when the last update was installed (UTC); boot, reboot_pending
#
# Categories are GUIDs, since their names are in the machine's language.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Get-Utc($time) {
    if ($null -ne $time) { $time.ToUniversalTime().ToString('s') + 'Z' }
}

$policy = 'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
$searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
$result = $searcher.Search('IsInstalled=0 and IsHidden=0')
$missing = @(
    foreach ($update in $result.Updates) {
        @{
            id = $update.Identity.UpdateID
            kb = [string[]]@($update.KBArticleIDs | ForEach-Object { "KB$_" })
            title = $update.Title
            severity = [string]$update.MsrcSeverity
            bytes = [long]$update.MaxDownloadSize
            # 0 never, 1 always, 2 perhaps
            reboot = (($null -eq $update.InstallationBehavior) -or ($update.InstallationBehavior.RebootBehavior -ne 0))
            categories = [string[]]@($update.Categories | ForEach-Object { $_.CategoryID })
        }
    }
)
# Of some updates Windows knows no day, and even asking for it is an error.
$dates = @(
    Get-CimInstance -ClassName Win32_QuickFixEngineering |
        ForEach-Object { try { [datetime]$_.InstalledOn } catch { $null } } |
        Where-Object { $_ } | Sort-Object
)
$newest = $null
if ($dates.Count -gt 0) { $newest = Get-Utc $dates[$dates.Count - 1] }
$system = Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime
@{
    missing = [object[]]$missing
    server = [string][Microsoft.Win32.Registry]::GetValue($policy, 'WUServer', '')
    newest = $newest
    boot = Get-Utc $system.LastBootUpTime
    reboot_pending = (Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired')
}
