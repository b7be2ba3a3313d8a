# Look for indicators of malware on this machine; reads only.
#   $Parameters.indicators: list of {id, type, value}; roots: folders to search ('' = the usual hiding places);
#   max_bytes: larger files are not hashed; logon_days: how far back the security log is read;
#   seconds: time for the search of files.
# Repeatable: always
# Answer: found (list of {id, where, detail}), looked (areas), could_not (list of {area, reason}), files, hashed.
[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$found = New-Object System.Collections.ArrayList
$couldNot = New-Object System.Collections.ArrayList
$looked = New-Object System.Collections.ArrayList
$script:files = 0
$script:hashed = 0
$script:tooLarge = 0
$script:away = 0
$script:locked = New-Object System.Collections.ArrayList

function Select-Indicator([string[]]$Types) {
    @($Parameters.indicators | Where-Object { $Types -contains $_.type })
}

function Add-Hit($Indicator, [string]$Where, [string]$Detail) {
    [void]$found.Add(@{ id = $Indicator.id; where = $Where; detail = $Detail })
}

function Add-Gap([string]$Area, [string]$Reason) {
    [void]$couldNot.Add(@{ area = $Area; reason = $Reason })
}

# A plain value is looked for anywhere in the text, one with * or ? must match the whole of it.
function Test-Match([string]$Text, [string]$Value) {
    if ($Text -eq '') { return $false }
    if ($Value.Contains('*') -or $Value.Contains('?')) { return $Text -like $Value }
    return $Text.IndexOf($Value, [StringComparison]::OrdinalIgnoreCase) -ge 0
}

# Names are compared as a whole: "svch" must not find svchost.exe.
function Test-Name([string]$Name, [string]$Value) {
    if ($Value.Contains('*') -or $Value.Contains('?')) { return $Name -like $Value }
    return ($Name -eq $Value) -or ($Name -eq "$Value.exe")
}

# An area of which nothing is wanted is not looked at; a function that found nothing hands over $null.
function Invoke-Look([string]$Area, $Wanted, [scriptblock]$Look) {
    $asked = @($Wanted | Where-Object { $null -ne $_ })
    if ($asked.Count -eq 0) { return }
    try {
        & $Look $asked
        [void]$looked.Add($Area)
    } catch {
        Add-Gap $Area $_.Exception.Message
    }
}

function Get-Roots {
    $roots = @($Parameters.roots | Where-Object { $_ })
    if ($roots.Count -gt 0) { return $roots }
    $places = @("$env:SystemDrive\ProgramData", "$env:SystemRoot\Temp", "$env:SystemRoot\Tasks")
    foreach ($person in Get-CimInstance -ClassName Win32_UserProfile) {
        if (-not $person.Special -and $person.LocalPath) { $places += $person.LocalPath }
    }
    return $places
}

function Test-Hash([string]$Path, $Wanted) {
    foreach ($algorithm in 'MD5', 'SHA1', 'SHA256') {
        $ofThis = @($Wanted | Where-Object { $_.type -eq $algorithm })
        if ($ofThis.Count -eq 0) { continue }
        $digest = (Get-FileHash -LiteralPath $Path -Algorithm $algorithm -ErrorAction Stop).Hash
        foreach ($indicator in $ofThis) {
            if ($digest -eq $indicator.value) { Add-Hit $indicator $Path $digest }
        }
    }
    $script:hashed++
}

# Junctions and links lead to what is found where it lies, or round in circles. Windows' own refuse to say that they
# are links, but are system folders; a folder of OneDrive is a reparse point too, and neither.
function Test-Link($Folder) {
    $bits = [int]$Folder.Attributes
    if (($bits -band 0x400) -eq 0) { return $false }
    (($bits -band 0x4) -ne 0) -or [bool]$Folder.LinkType
}

function Search-File($Item, $Names, $Hashes) {
    $script:files++
    foreach ($indicator in $Names) {
        $subject = $Item.Name
        if ($indicator.value.Contains('\')) { $subject = $Item.FullName }
        if (Test-Name $subject $indicator.value) { Add-Hit $indicator $Item.FullName "$($Item.Length) bytes" }
    }
    if ($Hashes.Count -eq 0) { return }
    # Offline, or in the cloud until it is opened: to hash it would be to fetch it.
    if (([int]$Item.Attributes -band 0x441000) -ne 0) { $script:away++; return }
    if ($Item.Length -gt [long]$Parameters.max_bytes) { $script:tooLarge++; return }
    try { Test-Hash $Item.FullName $Hashes } catch { [void]$script:locked.Add($Item.FullName) }
}

# Folder by folder: -Recurse follows junctions, and gives nothing before the last folder was read.
function Search-Files($Names, $Hashes) {
    $until = [DateTime]::UtcNow.AddSeconds([int]$Parameters.seconds)
    foreach ($root in Get-Roots) {
        if (-not (Test-Path -LiteralPath $root)) { continue }
        $denied = 0
        $folders = New-Object System.Collections.ArrayList
        [void]$folders.Add($root)
        while ($folders.Count -gt 0) {
            $last = $folders.Count - 1
            $folder = $folders[$last]
            $folders.RemoveAt($last)
            $items = @()
            $failed = @()
            try { $items = @(Get-ChildItem -LiteralPath $folder -Force -ErrorAction SilentlyContinue -ErrorVariable failed) }
            catch { $failed = @($_) }
            if (@($failed).Count -gt 0) { $denied++ }
            foreach ($item in $items) {
                if ([DateTime]::UtcNow -gt $until) {
                    Add-Gap 'file' "out of time below $root"
                    return
                }
                if (-not $item.PSIsContainer) { Search-File $item $Names $Hashes }
                elseif (-not (Test-Link $item)) { [void]$folders.Add($item.FullName) }
            }
        }
        if ($denied -gt 0) { Add-Gap 'file' "$denied folders below $root cannot be read" }
    }
}

$names = @(Select-Indicator 'file')
$hashes = @(Select-Indicator 'md5', 'sha1', 'sha256')
Invoke-Look 'file' (@($names) + @($hashes)) { Search-Files $names $hashes }

Invoke-Look 'process' (@(Select-Indicator 'process') + @($hashes)) {
    param($wanted)
    $seen = @{}
    foreach ($process in Get-CimInstance -ClassName Win32_Process) {
        foreach ($indicator in @($wanted | Where-Object { $_.type -eq 'process' })) {
            if ((Test-Name $process.Name $indicator.value) -or
                ($indicator.value.Length -gt 7 -and (Test-Match ([string]$process.CommandLine) $indicator.value))) {
                Add-Hit $indicator "$($process.Name) ($($process.ProcessId))" ([string]$process.CommandLine)
            }
        }
        $path = [string]$process.ExecutablePath
        if ($hashes.Count -gt 0 -and $path -and -not $seen.ContainsKey($path)) {
            $seen[$path] = $true
            try { Test-Hash $path $hashes } catch { [void]$script:locked.Add($path) }
        }
    }
}
if ($script:locked.Count -gt 0) { Add-Gap 'hash' "$($script:locked.Count) files cannot be opened, the first is $($script:locked[0])" }
if ($script:tooLarge -gt 0) { Add-Gap 'hash' "$($script:tooLarge) files are larger than $($Parameters.max_bytes) bytes" }
if ($script:away -gt 0) { Add-Gap 'hash' "$($script:away) files are not on this disk and were not fetched" }

Invoke-Look 'service' (Select-Indicator 'service') {
    param($wanted)
    foreach ($service in Get-CimInstance -ClassName Win32_Service) {
        foreach ($indicator in $wanted) {
            if ((Test-Name $service.Name $indicator.value) -or (Test-Match ([string]$service.PathName) $indicator.value)) {
                Add-Hit $indicator $service.Name "$($service.State) $($service.PathName)"
            }
        }
    }
}

# Many of Windows' own tasks call a class instead of a program.
function Get-ActionText($Action) {
    if ($Action.PSObject.Properties['Execute']) { return "$($Action.Execute) $($Action.Arguments)" }
    if ($Action.PSObject.Properties['ClassId']) { return [string]$Action.ClassId }
}

Invoke-Look 'task' (Select-Indicator 'task') {
    param($wanted)
    foreach ($task in Get-ScheduledTask) {
        $commands = @($task.Actions | Where-Object { $_ } | ForEach-Object { Get-ActionText $_ }) -join '; '
        foreach ($indicator in $wanted) {
            if ((Test-Name $task.TaskName $indicator.value) -or (Test-Match $commands $indicator.value)) {
                Add-Hit $indicator "$($task.TaskPath)$($task.TaskName)" $commands
            }
        }
    }
}

function Get-RegistryValues([string]$Key) {
    if (-not (Test-Path -LiteralPath $Key)) { return }
    $item = Get-Item -LiteralPath $Key
    foreach ($name in $item.GetValueNames()) {
        @{ key = $Key; name = $name; data = [string]$item.GetValue($name) }
    }
}

function Get-UserHives {
    @(Get-ChildItem -LiteralPath 'Registry::HKEY_USERS' | ForEach-Object { $_.Name } | Where-Object { $_ -notlike '*_Classes' })
}

Invoke-Look 'run_key' (Select-Indicator 'run_key') {
    param($wanted)
    $hives = @('HKEY_LOCAL_MACHINE') + @(Get-UserHives)
    foreach ($hive in $hives) {
        foreach ($key in 'Run', 'RunOnce') {
            foreach ($branch in 'SOFTWARE\Microsoft', 'SOFTWARE\WOW6432Node\Microsoft') {
                foreach ($value in Get-RegistryValues "Registry::$hive\$branch\Windows\CurrentVersion\$key") {
                    foreach ($indicator in $wanted) {
                        if ((Test-Name $value.name $indicator.value) -or (Test-Match $value.data $indicator.value)) {
                            Add-Hit $indicator "$($value.key)\$($value.name)" $value.data
                        }
                    }
                }
            }
        }
    }
}

Invoke-Look 'autorun' (Select-Indicator 'autorun') {
    param($wanted)
    $places = @()
    foreach ($start in Get-CimInstance -ClassName Win32_StartupCommand) {
        $places += @{ spot = "$($start.Location)\$($start.Name)"; text = [string]$start.Command }
    }
    foreach ($value in Get-RegistryValues 'Registry::HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon') {
        if ('Shell', 'Userinit', 'Taskman' -contains $value.name) {
            $places += @{ spot = "$($value.key)\$($value.name)"; text = $value.data }
        }
    }
    $options = 'Registry::HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options'
    if (Test-Path -LiteralPath $options) {
        foreach ($program in Get-ChildItem -LiteralPath $options) {
            foreach ($value in Get-RegistryValues "Registry::$($program.Name)") {
                if ($value.name -eq 'Debugger') { $places += @{ spot = $value.key; text = $value.data } }
            }
        }
    }
    foreach ($place in $places) {
        foreach ($indicator in $wanted) {
            if ((Test-Match $place.text $indicator.value) -or (Test-Match $place.spot $indicator.value)) {
                Add-Hit $indicator $place.spot $place.text
            }
        }
    }
}

Invoke-Look 'logon' (Select-Indicator 'logon') {
    param($wanted)
    foreach ($person in Get-CimInstance -ClassName Win32_UserProfile) {
        $name = Split-Path -Path ([string]$person.LocalPath) -Leaf
        foreach ($indicator in $wanted) {
            if ($name -and (Test-Name $name $indicator.value)) { Add-Hit $indicator $person.LocalPath "profile, last used $($person.LastUseTime)" }
        }
    }
    $since = (Get-Date).AddDays(-[int]$Parameters.logon_days)
    # Event 4624 by position, since its text is in the machine's language: 5 user, 6 domain, 8 type, 18 address.
    $events = @()
    try {
        $events = @(Get-WinEvent -FilterHashtable @{ LogName = 'Security'; Id = 4624; StartTime = $since } -MaxEvents 5000)
    } catch {
        if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw }
    }
    if ($events.Count -eq 5000) { Add-Gap 'logon' 'only the newest 5000 log-ons were looked at' }
    foreach ($logon in $events) {
        foreach ($indicator in $wanted) {
            $user = [string]$logon.Properties[5].Value
            if (Test-Name $user $indicator.value) {
                Add-Hit $indicator "log-on type $($logon.Properties[8].Value) from $($logon.Properties[18].Value)" "$($logon.TimeCreated.ToUniversalTime().ToString('s'))Z"
            }
        }
    }
}

Invoke-Look 'dns' (Select-Indicator 'dns') {
    param($wanted)
    foreach ($entry in Get-DnsClientCache) {
        foreach ($indicator in $wanted) {
            $name = ([string]$entry.Entry).TrimEnd('.')
            if ((Test-Name $name $indicator.value) -or $name.EndsWith(".$($indicator.value)", [StringComparison]::OrdinalIgnoreCase)) {
                Add-Hit $indicator $name ([string]$entry.Data)
            }
        }
    }
}

Invoke-Look 'address' (Select-Indicator 'address') {
    param($wanted)
    foreach ($connection in Get-NetTCPConnection) {
        foreach ($indicator in $wanted) {
            if ($connection.RemoteAddress -ne $indicator.address) { continue }
            if ($null -ne $indicator.port -and $connection.RemotePort -ne $indicator.port) { continue }
            Add-Hit $indicator "$($connection.RemoteAddress):$($connection.RemotePort)" "$($connection.State), process $($connection.OwningProcess)"
        }
    }
}

Invoke-Look 'registry' (Select-Indicator 'registry') {
    param($wanted)
    foreach ($indicator in $wanted) {
        if (Test-Path -LiteralPath "Registry::$($indicator.value)") { Add-Hit $indicator $indicator.value '' }
    }
}

@{
    found = @($found)
    looked = @($looked)
    could_not = @($couldNot)
    files = $script:files
    hashed = $script:hashed
}
