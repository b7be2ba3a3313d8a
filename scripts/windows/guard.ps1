[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# Applies settings that could cut the way to this terminal, and takes them back by itself unless somebody
# comes in again and confirms.
#
# Parameters  mode      arm | confirm | status
#             id        names the guard; arming again under one id adds to it, keeps its first before-values
#                       and begins the time anew
#             minutes   after how many minutes the before-values come back (arm)
#             settings  as for settings.ps1 (arm)
# Answer      arm       what settings.ps1 answers, and armed, fires
#             confirm   confirmed; reverted and reverted_at where it came too late
#             status    armed, fires, reverted, reverted_at, errors
#
# Repeatable: status
#
# The task runs as SYSTEM from a folder below Program Files, into which only administrators can write and
# where all that it needs lies: neither unyo nor the network has to be there when it fires.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# unyo puts the script in the place of this line when it sends it.
$settingsScript = @'
#include settings.ps1
'@

$taskPath = '\unyo\'
$folder = Join-Path $env:ProgramFiles 'unyo\guard'
if ($Parameters.id -notmatch '^[A-Za-z0-9-]{1,64}$') { throw 'the id of a guard is letters, digits and hyphens' }
$name = "guard-$($Parameters.id)"
$scriptFile = Join-Path $folder "$name.ps1"
$settingsFile = Join-Path $folder "$name.settings.ps1"
$beforeFile = Join-Path $folder "$name.before.json"
$resultFile = Join-Path $folder "$name.result.json"
# Without this, arrays become {value, Count} in the JSON of Windows PowerShell 5.1.
Remove-TypeData -TypeName System.Array -ErrorAction SilentlyContinue

function Get-Guard {
    Get-ScheduledTask -TaskPath $taskPath -TaskName $name -ErrorAction SilentlyContinue
}

function Get-FiringTime {
    $next = (Get-ScheduledTaskInfo -TaskPath $taskPath -TaskName $name).NextRunTime
    if ($null -ne $next) { $next.ToUniversalTime().ToString('s') + 'Z' }
}

function Get-Result {
    if ([System.IO.File]::Exists($resultFile)) { [System.IO.File]::ReadAllText($resultFile) | ConvertFrom-Json }
}

function Invoke-Settings([string]$mode, $settings) {
    & ([scriptblock]::Create($settingsScript)) -Parameters @{ mode = $mode; settings = $settings }
}

# What the task runs; plain text in files of its own, since packed scripts are what malware looks like, and a
# scanner that stops it would leave this terminal as it is.
function Get-RestoreScript {
    @"
`$global:ErrorActionPreference = 'Stop'
`$errors = @{}
try {
    `$script = [System.IO.File]::ReadAllText('$settingsFile')
    `$work = [System.IO.File]::ReadAllText('$beforeFile') | ConvertFrom-Json
    `$errors = (& ([scriptblock]::Create(`$script)) -Parameters `$work).errors
} catch {
    `$errors['guard'] = `$_.Exception.Message
}
`$result = @{ at = [DateTime]::UtcNow.ToString('s') + 'Z'; errors = `$errors } | ConvertTo-Json
[System.IO.File]::WriteAllText('$resultFile', `$result)
Unregister-ScheduledTask -TaskPath '$taskPath' -TaskName '$name' -Confirm:`$false
[System.IO.File]::Delete('$beforeFile')
[System.IO.File]::Delete('$settingsFile')
[System.IO.File]::Delete('$scriptFile')
"@
}

function New-GuardFolder {
    if ([System.IO.Directory]::Exists($folder)) { return }
    $security = New-Object System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    [void][System.IO.Directory]::CreateDirectory($folder, $security)
}

function Register-Guard($settings, [double]$minutes) {
    New-GuardFolder
    [System.IO.File]::Delete($resultFile)
    $work = @{ mode = 'apply'; settings = @($settings) } | ConvertTo-Json -Depth 8 -Compress
    [System.IO.File]::WriteAllText($beforeFile, $work)
    [System.IO.File]::WriteAllText($settingsFile, $settingsScript)
    [System.IO.File]::WriteAllText($scriptFile, (Get-RestoreScript), [System.Text.Encoding]::ASCII)
    $powershell = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
    # Not -File: where group policy rules which scripts may run, -ExecutionPolicy has no say.
    $run = "& ([scriptblock]::Create([System.IO.File]::ReadAllText('$scriptFile')))"
    $task = @{
        TaskPath = $taskPath
        TaskName = $name
        Description = 'unyo: puts settings back unless they are confirmed in time'
        Action = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command `"$run`""
        Trigger = New-ScheduledTaskTrigger -Once -At ([DateTime]::Now.AddMinutes($minutes))
        Principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
        Settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    }
    Register-ScheduledTask @task -Force -ErrorAction Stop | Out-Null
}

function Remove-Guard {
    Unregister-ScheduledTask -TaskPath $taskPath -TaskName $name -Confirm:$false -ErrorAction Stop
    [System.IO.File]::Delete($beforeFile)
    [System.IO.File]::Delete($settingsFile)
    [System.IO.File]::Delete($scriptFile)
}

function Start-Guarded($settings, [double]$minutes) {
    $now = Invoke-Settings 'read' $settings
    # What an armed guard holds are the true before-values: a reply was lost, or more is to come under it.
    $restore = New-Object System.Collections.ArrayList
    $armedBefore = $null -ne (Get-Guard)
    if ($armedBefore) { $restore.AddRange(@(([System.IO.File]::ReadAllText($beforeFile) | ConvertFrom-Json).settings)) }
    $kept = @($restore | ForEach-Object { $_.id })
    $safe = New-Object System.Collections.ArrayList
    $refused = @{}
    foreach ($setting in $settings) {
        $id = $setting.id
        if ($now.errors.ContainsKey($id)) { $refused[$id] = $now.errors[$id]; continue }
        $before = $now.values[$id]
        if (($null -eq $before) -and ($setting.kind -eq 'security')) {
            # Not set by itself: it goes again with the value that it depends on (lockout duration and threshold).
            [void]$safe.Add($setting)
            continue
        }
        if (($null -eq $before) -and ($setting.kind -ne 'registry')) {
            $refused[$id] = 'it is not set now and could not be put back'
            continue
        }
        $back = @{ value = $before }
        foreach ($field in 'id', 'kind', 'key', 'name', 'type', 'section', 'guid', 'profile', 'read', 'write') {
            if ($setting -is [System.Collections.IDictionary]) {
                if ($setting.Contains($field)) { $back[$field] = $setting[$field] }
            } elseif ($null -ne $setting.PSObject.Properties[$field]) { $back[$field] = $setting.$field }
        }
        if ($kept -notcontains $id) { [void]$restore.Add($back) }
        [void]$safe.Add($setting)
    }
    Register-Guard $restore $minutes
    $fires = Get-FiringTime
    if (-not $fires) { throw 'the task that would put the settings back is not scheduled; nothing was changed' }
    $answer = Invoke-Settings 'apply' @($safe)
    foreach ($id in $refused.Keys) { $answer.errors[$id] = $refused[$id] }
    $answer.armed = $true
    $answer.fires = $fires
    if (-not $armedBefore -and ($answer.before.Count -eq 0)) {
        $answer.armed = $false
        Remove-Guard
    }
    $answer
}

switch ($Parameters.mode) {
    'arm' {
        if ($PSCmdlet.ShouldProcess($name, 'arm')) { Start-Guarded @($Parameters.settings) $Parameters.minutes }
        else { Invoke-Settings 'apply' @($Parameters.settings) }
    }
    'confirm' {
        $task = Get-Guard
        $running = ($null -ne $task) -and ([string]$task.State -eq 'Running')
        if (($null -ne $task) -and -not $running) {
            Remove-Guard
            return @{ confirmed = $true; reverted = $false }
        }
        $result = Get-Result
        $at = $null
        if ($null -ne $result) { $at = $result.at }
        @{ confirmed = $false; reverted = ($running -or ($null -ne $result)); reverted_at = $at }
    }
    'status' {
        $armed = $null -ne (Get-Guard)
        $result = Get-Result
        $answer = @{ armed = $armed; fires = $null; reverted = ($null -ne $result); reverted_at = $null; errors = @{} }
        if ($armed) { $answer.fires = Get-FiringTime }
        if ($null -ne $result) {
            $answer.reverted_at = $result.at
            $answer.errors = $result.errors
        }
        $answer
    }
    default { throw "unknown mode $($Parameters.mode)" }
}
