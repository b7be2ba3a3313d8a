[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# How this terminal is doing, part by part, beside what facts.ps1 tells; nothing is written.
#
# Parameters  parts     list of: services events updates processes printers people
#             days      how far back the event logs are read
#             personal  whether texts that may name people are wanted (event messages, log-ons, profiles)
# Repeatable: always
# Answer      part -> what was found; errors: part -> why it could not be read

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Get-Utc($time) {
    if ($null -ne $time) { $time.ToUniversalTime().ToString('s') + 'Z' }
}

# Services that start with Windows and do not run; one that starts on a trigger is not missed.
function Get-StoppedServices {
    foreach ($service in Get-CimInstance -ClassName Win32_Service -Filter "StartMode = 'Auto'") {
        if ($service.State -eq 'Running') { continue }
        if (Test-Path -LiteralPath "HKLM:\SYSTEM\CurrentControlSet\Services\$($service.Name)\TriggerInfo") { continue }
        @{ name = $service.Name; state = $service.State; exit_code = $service.ExitCode }
    }
}

# Levels: 1 critical, 2 error. The text is in the machine's language and may name people.
function Get-Errors {
    $since = (Get-Date).AddDays(-[int]$Parameters.days)
    $found = @()
    try {
        $found = @(Get-WinEvent -FilterHashtable @{ LogName = 'System', 'Application'; Level = 1, 2; StartTime = $since } -MaxEvents 200)
    } catch {
        if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw }
    }
    foreach ($entry in $found) {
        $row = @{
            at = Get-Utc $entry.TimeCreated
            log = $entry.LogName
            source = $entry.ProviderName
            id = $entry.Id
            level = $entry.Level
        }
        if ($Parameters.personal) { $row['text'] = $entry.Message }
        $row
    }
}

function Get-InstalledUpdates {
    foreach ($update in Get-CimInstance -ClassName Win32_QuickFixEngineering) {
        # Of some updates Windows knows no day, and even asking for it is an error.
        $day = $null
        try { $day = [datetime]$update.InstalledOn } catch { }
        @{ id = $update.HotFixID; installed = Get-Utc $day }
    }
}

function Get-LargestProcesses {
    $largest = Get-CimInstance -ClassName Win32_Process | Sort-Object -Property WorkingSetSize -Descending | Select-Object -First 10
    foreach ($process in $largest) {
        @{ name = $process.Name; id = $process.ProcessId; memory_mb = [long][Math]::Floor($process.WorkingSetSize / 1MB) }
    }
}

function Get-Queues {
    foreach ($printer in Get-CimInstance -ClassName Win32_Printer) {
        @{ name = $printer.Name; port = $printer.PortName; driver = $printer.DriverName; standard = [bool]$printer.Default; offline = [bool]$printer.WorkOffline }
    }
}

function Get-People {
    $console = (Get-CimInstance -ClassName Win32_ComputerSystem -Property UserName).UserName
    $profiles = @(
        foreach ($entry in Get-CimInstance -ClassName Win32_UserProfile) {
            if (-not $entry.Special) { @{ folder = $entry.LocalPath; sid = $entry.SID; last_used = Get-Utc $entry.LastUseTime } }
        }
    )
    @{ console = $console; profiles = [object[]]$profiles }
}

$answer = @{}
$problems = @{}
foreach ($part in $Parameters.parts) {
    try {
        switch ($part) {
            'services' { $answer[$part] = [object[]]@(Get-StoppedServices) }
            'events' { $answer[$part] = [object[]]@(Get-Errors) }
            'updates' { $answer[$part] = [object[]]@(Get-InstalledUpdates) }
            'processes' { $answer[$part] = [object[]]@(Get-LargestProcesses) }
            'printers' { $answer[$part] = [object[]]@(Get-Queues) }
            'people' {
                if (-not $Parameters.personal) { throw 'personal data, left out' }
                $answer[$part] = Get-People
            }
            default { throw "unknown part $part" }
        }
    } catch {
        $problems[$part] = $_.Exception.Message
    }
}
$answer['errors'] = $problems
$answer
