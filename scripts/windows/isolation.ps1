# Cut this machine off from the network, all but the management addresses, and let it heal by itself.
#   $Parameters.mode: status | isolate | release
#   isolate: blocked (address ranges to block, everything but what is kept), until (ISO time), ticket, reason
#   probe: {address, port} that answers while the machine is not isolated, or nothing
# Repeatable: status
# Answer: isolated, until, probe (open | closed | none), rules, task, overruled (firewall profiles that are off, or that
#   take no local rules, because group policy says so: the block does not hold there)
[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$group = 'unyo isolation'
$task = 'unyo-isolation-end'
$note = 'HKLM:\SOFTWARE\unyo\Isolation'
$directions = 'Inbound', 'Outbound'

function Get-Rules {
    @(Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue)
}

function Test-Probe {
    if ($null -eq $Parameters.probe) { return 'none' }
    $client = New-Object System.Net.Sockets.TcpClient
    try {
        $connecting = $client.ConnectAsync([string]$Parameters.probe.address, [int]$Parameters.probe.port)
        if ($connecting.Wait(3000)) { return 'open' }
        return 'closed'
    } catch {
        return 'closed'
    } finally {
        $client.Dispose()
    }
}

function Get-Note([string]$Name) {
    if (-not (Test-Path -LiteralPath $note)) { return $null }
    (Get-Item -LiteralPath $note).GetValue($Name)
}

function Get-Status {
    $rules = @(Get-Rules)
    $enabled = @($rules | Where-Object { $_.Enabled -eq 'True' -and $_.Action -eq 'Block' })
    # What is in effect, group policy included.
    $open = @(Get-NetFirewallProfile -PolicyStore ActiveStore | Where-Object { $_.Enabled -ne 'True' -or $_.AllowLocalFirewallRules -eq 'False' })
    $local = @(Get-NetFirewallProfile | Where-Object { $_.Enabled -ne 'False' } | ForEach-Object { $_.Name })
    @{
        isolated = ($enabled.Count -eq $directions.Count -and $open.Count -eq 0)
        overruled = [object[]]@($open | Where-Object { $local -contains $_.Name } | ForEach-Object { $_.Name })
        rules = $rules.Count
        until = Get-Note 'Until'
        probe = Test-Probe
        task = (@(Get-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue).Count -gt 0)
    }
}

# What the task runs at the end: the same undoing as a release, without unyo. No double quotes: it stands on a
# command line, in plain text, since scanners take encoded commands of tasks for malware.
function Get-Ending {
    $off = [string](Get-Note 'ProfilesOff')
    $text = "Remove-NetFirewallRule -Group '$group' -ErrorAction SilentlyContinue; "
    foreach ($name in @($off -split ',' | Where-Object { $_ })) {
        $text += "Set-NetFirewallProfile -Name $name -Enabled False; "
    }
    $text += "Remove-Item -LiteralPath '$note' -Recurse -Force -ErrorAction SilentlyContinue; "
    $text += "Unregister-ScheduledTask -TaskName '$task' -Confirm:`$false"
    return $text
}

function Register-Ending([datetime]$Until) {
    $powershell = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $action = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command `"$(Get-Ending)`""
    $trigger = New-ScheduledTaskTrigger -Once -At $Until
    # S-1-5-18 is SYSTEM in every language.
    $principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    [void](Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force -ErrorAction Stop)
}

function Start-Isolation {
    $off = @(Get-NetFirewallProfile | Where-Object { $_.Enabled -eq 'False' } | ForEach-Object { $_.Name })
    if (-not (Test-Path -LiteralPath $note)) { [void](New-Item -Path $note -Force) }
    if ($null -eq (Get-Note 'ProfilesOff')) {
        [void](New-ItemProperty -LiteralPath $note -Name 'ProfilesOff' -Value ($off -join ',') -PropertyType String -Force)
    }
    [void](New-ItemProperty -LiteralPath $note -Name 'Until' -Value ([string]$Parameters.until) -PropertyType String -Force)
    [void](New-ItemProperty -LiteralPath $note -Name 'Reason' -Value ([string]$Parameters.reason) -PropertyType String -Force)
    # The way back is laid before the way out is closed.
    Register-Ending (([datetime][string]$Parameters.until).ToLocalTime())
    Remove-NetFirewallRule -Group $group -ErrorAction SilentlyContinue
    foreach ($direction in $directions) {
        [void](New-NetFirewallRule -Name "unyo-isolation-$direction" -DisplayName "unyo isolation ($direction)" -Group $group -Direction $direction -Action Block -Profile Any -Enabled True -RemoteAddress ([string[]]$Parameters.blocked) -ErrorAction Stop)
    }
    foreach ($name in $off) { Set-NetFirewallProfile -Name $name -Enabled True }
}

function Stop-Isolation {
    $off = [string](Get-Note 'ProfilesOff')
    Remove-NetFirewallRule -Group $group -ErrorAction SilentlyContinue
    foreach ($name in @($off -split ',' | Where-Object { $_ })) { Set-NetFirewallProfile -Name $name -Enabled False }
    if (Test-Path -LiteralPath $note) { Remove-Item -LiteralPath $note -Recurse -Force }
    Unregister-ScheduledTask -TaskName $task -Confirm:$false -ErrorAction SilentlyContinue
}

switch ([string]$Parameters.mode) {
    'isolate' { if ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'isolate')) { Start-Isolation } }
    'release' { if ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'release')) { Stop-Isolation } }
    'status' { }
    default { throw "unknown mode: $($Parameters.mode)" }
}
Get-Status
