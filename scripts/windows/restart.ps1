[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# Restart this terminal after a warning, or say when it last started.
#
# Parameters  mode      status | restart
#             minutes   how long people have to save their work (0: ten seconds, so that this answer still arrives)
#             message   what they read, in their language
#             if_idle   restart only where nobody is logged on
# Repeatable: status
# Answer      up_seconds: time since the last start, which does not depend on whether the clock is right; people:
#             whether somebody is logged on; ordered: whether a restart that was ordered from here is still to come

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# What it says goes to the error stream, and would end this script in a runspace where errors end it; a message with
# quotes would be cut at them, and Windows takes 512 characters.
function Invoke-Shutdown([int]$seconds, [string]$message) {
    $ErrorActionPreference = 'Continue'
    $text = $message.Replace('"', "'").Trim()
    if ($text -eq '') { $text = 'Maintenance' }
    if ($text.Length -gt 500) { $text = $text.Substring(0, 500) }
    & "$env:SystemRoot\System32\shutdown.exe" /r /t $seconds /d p:2:17 /c $text 2>&1 | Out-Null
    $LASTEXITCODE
}

# 2 at the console, 10 over remote desktop, 11 with cached credentials.
$interactive = 2, 10, 11
$sessions = @(Get-CimInstance -ClassName Win32_LogonSession | Where-Object { $interactive -contains $_.LogonType })
# Windows goes on listing sessions that have ended; their desktops are gone.
$desktops = @(Get-CimInstance -ClassName Win32_Process -Filter "Name = 'explorer.exe'")
$people = ($sessions.Count -gt 0) -and ($desktops.Count -gt 0)
# The mark lies in a volatile key, so that the restart itself takes it away; a key of its own, since nothing
# that must stay could be kept below a volatile one.
$mark = 'SOFTWARE\unyo-restart'
if (([string]$Parameters.mode -eq 'restart') -and -not ($Parameters.if_idle -and $people)) {
    if ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'restart')) {
        $seconds = [Math]::Max(10, [int]$Parameters.minutes * 60)
        # 1190: a shutdown was ordered already.
        $code = Invoke-Shutdown $seconds ([string]$Parameters.message)
        if ($code -ne 0 -and $code -ne 1190) { throw "shutdown.exe ended with $code" }
        $options = [Microsoft.Win32.RegistryOptions]::Volatile
        $check = [Microsoft.Win32.RegistryKeyPermissionCheck]::Default
        [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey($mark, $check, $options).Close()
    }
}
$system = Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime, LocalDateTime
@{
    up_seconds = [long][Math]::Floor(($system.LocalDateTime - $system.LastBootUpTime).TotalSeconds)
    people = $people
    ordered = (Test-Path -LiteralPath "HKLM:\$mark")
}
