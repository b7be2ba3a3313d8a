[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# Reads or applies the settings of a security baseline on this terminal, each on its own account.
#
# Parameters  mode      read | apply
#             settings  list of {id, kind, address, value, before}; value and before only for apply
# Answer      values    id -> what is there now (null: absent, which is not the same as empty)
#             errors    id -> why it could not be read or written; "moved": somebody else changed it
#             domain    id -> what group policy sets and will set back
#             pending   id -> what it will be after the restart that is due
#             changed, before, reboot_pending, reboot_reasons, boot
#
# Repeatable: read
#
# Nothing here depends on the language of Windows: accounts are SIDs, audit subcategories GUIDs, services
# and features their internal names. What does not differ is not written.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$system32 = Join-Path $env:SystemRoot 'System32'
$values = @{}
$problems = @{}
$pending = @{}
$hives = @{
    'HKLM:' = [Microsoft.Win32.Registry]::LocalMachine
    'HKU:' = [Microsoft.Win32.Registry]::Users
}
$kindNames = @{
    String = 'string'; ExpandString = 'expand'; MultiString = 'multi'
    DWord = 'dword'; QWord = 'qword'; Binary = 'binary'
}
# 0 and 4 both mean that nothing is audited.
$auditNames = @('none', 'success', 'failure', 'both', 'none')
$startNames = @{ Auto = 'automatic'; Manual = 'manual'; Disabled = 'disabled' }
$startTypes = @{ automatic = 'Automatic'; manual = 'Manual'; disabled = 'Disabled' }

function Test-Field($thing, [string]$name) {
    if ($thing -is [System.Collections.IDictionary]) { return $thing.Contains($name) }
    $null -ne $thing.PSObject.Properties[$name]
}

function Test-Foreign($value) {
    # A registry value of another type than the rule's travels as {type, value}, so that undo is exact.
    ($null -ne $value) -and ($value -isnot [string]) -and (Test-Field $value 'type')
}

function Format-Value($value) {
    if ($null -eq $value) { return 'null' }
    if ($value -is [System.Collections.IList]) { return '[' + (@($value) -join '|') + ']' }
    if (Test-Foreign $value) { return $value.type + ':' + (Format-Value $value.value) }
    if ($value -is [string]) { return '"' + $value + '"' }
    [string]$value
}

function Test-Same($left, $right) { (Format-Value $left) -ceq (Format-Value $right) }

function ConvertTo-Sid([string]$account) {
    if ($account.StartsWith('*')) { return $account.Substring(1) }
    if ($account.StartsWith('S-1-')) { return $account }
    $name = New-Object System.Security.Principal.NTAccount($account)
    $name.Translate([System.Security.Principal.SecurityIdentifier]).Value
}

function ConvertTo-SidList($accounts) {
    # Ordinal order: the order of Sort-Object depends on the language.
    $found = @{}
    foreach ($account in $accounts) {
        if ($account) { $found[(ConvertTo-Sid $account.Trim())] = $true }
    }
    $sids = [string[]]@($found.Keys)
    [Array]::Sort($sids, [System.StringComparer]::Ordinal)
    $sids
}

# A folder that only SYSTEM and administrators can open, from its first instant. Not in %TEMP%: a log-on over the
# network loads no profile, and that path may then lie in the template of new ones.
function New-PrivateFolder {
    $folder = Join-Path (Join-Path $env:SystemRoot 'Temp') ('unyo-' + [guid]::NewGuid().ToString())
    $security = New-Object System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    [void][System.IO.Directory]::CreateDirectory($folder, $security)
    $folder
}

# --- registry -----------------------------------------------------------------------------------

function Read-Registry($setting) {
    $values[$setting.id] = $null
    $hive, $path = $setting.key -split '\\', 2
    $key = $hives[$hive].OpenSubKey($path)
    if ($null -eq $key) { return }
    try {
        $asStored = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
        $found = $key.GetValue($setting.name, $null, $asStored)
        if ($null -eq $found) { return }
        $kind = $kindNames[[string]$key.GetValueKind($setting.name)]
    } finally {
        $key.Close()
    }
    if ($null -eq $kind) { throw 'a registry value of a type that is not supported' }
    # .NET gives a DWORD as a signed number.
    if (($kind -eq 'dword') -and ($found -lt 0)) { $found = 4294967296 + $found }
    if ($kind -eq 'binary') { $found = [System.BitConverter]::ToString($found).Replace('-', '').ToLowerInvariant() }
    if ($kind -eq $setting.type) { $values[$setting.id] = $found }
    else { $values[$setting.id] = @{ type = $kind; value = $found } }
}

function Write-Registry($setting, $value) {
    $hive, $path = $setting.key -split '\\', 2
    if ($null -eq $value) {
        $key = $hives[$hive].OpenSubKey($path, $true)
        if ($null -eq $key) { return }
        try { $key.DeleteValue($setting.name, $false) } finally { $key.Close() }
        return
    }
    $kind = $setting.type
    if (Test-Foreign $value) {
        $kind = $value.type
        $value = $value.value
    }
    $key = $hives[$hive].CreateSubKey($path)
    try {
        switch ($kind) {
            'dword' {
                $number = [long]$value
                if ($number -gt 2147483647) { $number = $number - 4294967296 }
                $key.SetValue($setting.name, [int]$number, [Microsoft.Win32.RegistryValueKind]::DWord)
            }
            'qword' { $key.SetValue($setting.name, [long]$value, [Microsoft.Win32.RegistryValueKind]::QWord) }
            'string' { $key.SetValue($setting.name, [string]$value, [Microsoft.Win32.RegistryValueKind]::String) }
            'expand' { $key.SetValue($setting.name, [string]$value, [Microsoft.Win32.RegistryValueKind]::ExpandString) }
            'multi' { $key.SetValue($setting.name, [string[]]@($value), [Microsoft.Win32.RegistryValueKind]::MultiString) }
            'binary' {
                $bytes = [byte[]]@(for ($i = 0; $i -lt $value.Length; $i += 2) { [Convert]::ToByte($value.Substring($i, 2), 16) })
                $key.SetValue($setting.name, $bytes, [Microsoft.Win32.RegistryValueKind]::Binary)
            }
            default { throw "unknown registry type $kind" }
        }
    } finally {
        $key.Close()
    }
}

# --- security policy and user rights: one export, one import -----------------------------------------

function Read-SecurityPolicy($settings) {
    $folder = New-PrivateFolder
    try {
        $file = Join-Path $folder 'policy.inf'
        & "$system32\secedit.exe" /export /cfg $file /areas SECURITYPOLICY USER_RIGHTS /quiet | Out-Null
        if (-not [System.IO.File]::Exists($file)) { throw "secedit /export ended with $LASTEXITCODE" }
        $lines = [System.IO.File]::ReadAllLines($file)
    } finally {
        [System.IO.Directory]::Delete($folder, $true)
    }
    $policy = @{}
    $section = ''
    foreach ($line in $lines) {
        if ($line -match '^\[(.+)\]\s*$') { $section = $Matches[1] }
        elseif ($line -match '^\s*([^=]+?)\s*=\s*(.*?)\s*$') { $policy["$section|$($Matches[1])"] = $Matches[2] }
    }
    foreach ($setting in $settings) {
        try {
            if ($setting.kind -eq 'user_right') {
                # A right that nobody has is not in the export.
                $listed = [string]$policy["Privilege Rights|$($setting.name)"] -split ','
                $values[$setting.id] = [string[]]@(ConvertTo-SidList $listed)
                continue
            }
            $found = $policy["$($setting.section)|$($setting.name)"]
            if ($null -ne $found) {
                if ($found -match '^"(.*)"$') { $found = $Matches[1] }
                elseif ($found -match '^-?\d+$') { $found = [int]$found }
            }
            $values[$setting.id] = $found
        } catch {
            $problems[$setting.id] = $_.Exception.Message
        }
    }
}

function Write-SecurityPolicy($settings) {
    $lines = New-Object System.Collections.ArrayList
    [void]$lines.AddRange(@('[Unicode]', 'Unicode=yes', '[Version]', 'signature="$CHICAGO$"', 'Revision=1'))
    $sections = @{}
    foreach ($setting in $settings) {
        if ($setting.kind -eq 'user_right') {
            $section = 'Privilege Rights'
            $text = @(foreach ($sid in $setting.value) { "*$sid" }) -join ','
        } else {
            $section = $setting.section
            if ($null -eq $setting.value) {
                $problems[$setting.id] = 'it can be changed but not taken away'
                continue
            }
            $text = [string]$setting.value
            if ($setting.value -is [string]) { $text = '"' + $text + '"' }
        }
        if (-not $sections.ContainsKey($section)) { $sections[$section] = New-Object System.Collections.ArrayList }
        [void]$sections[$section].Add("$($setting.name) = $text")
    }
    if ($sections.Count -eq 0) { return }
    foreach ($section in $sections.Keys) {
        [void]$lines.Add("[$section]")
        [void]$lines.AddRange($sections[$section])
    }
    $folder = New-PrivateFolder
    try {
        $file = Join-Path $folder 'policy.inf'
        $database = Join-Path $folder 'policy.sdb'
        $log = Join-Path $folder 'policy.log'
        [System.IO.File]::WriteAllLines($file, [string[]]$lines, [System.Text.Encoding]::Unicode)
        # It says only that something was amiss, not what: that is seen by reading all again.
        & "$system32\secedit.exe" /configure /db $database /cfg $file /areas SECURITYPOLICY USER_RIGHTS /log $log /quiet | Out-Null
    } finally {
        [System.IO.Directory]::Delete($folder, $true)
    }
}

# --- audit policy -----------------------------------------------------------------------------------

function Read-AuditPolicy($settings) {
    $folder = New-PrivateFolder
    try {
        $file = Join-Path $folder 'audit.csv'
        & "$system32\auditpol.exe" /backup "/file:$file" | Out-Null
        if ($LASTEXITCODE -ne 0) { throw "auditpol /backup ended with $LASTEXITCODE" }
        $lines = [System.IO.File]::ReadAllLines($file)
    } finally {
        [System.IO.Directory]::Delete($folder, $true)
    }
    # Machine,Target,Subcategory,{GUID},Inclusion,Exclusion,Value: only GUID and value bear no language;
    # lines about single users have their SID as target.
    $policy = @{}
    foreach ($line in $lines) {
        if (($line -match '(\{[0-9A-Fa-f-]{36}\}).*,([0-4])\s*$') -and ($line -notmatch '^[^,]*,S-1-')) {
            $policy[$Matches[1]] = $auditNames[[int]$Matches[2]]
        }
    }
    foreach ($setting in $settings) { $values[$setting.id] = $policy[$setting.guid] }
}

function Write-AuditPolicy($setting, $value) {
    $success = 'disable'
    $failure = 'disable'
    if (($value -eq 'success') -or ($value -eq 'both')) { $success = 'enable' }
    if (($value -eq 'failure') -or ($value -eq 'both')) { $failure = 'enable' }
    & "$system32\auditpol.exe" /set "/subcategory:$($setting.guid)" "/success:$success" "/failure:$failure" | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "auditpol /set ended with $LASTEXITCODE" }
}

# --- services, firewall, features, scripts ---------------------------------------------------------

function Read-Services($settings) {
    $modes = @{}
    foreach ($service in Get-CimInstance -ClassName Win32_Service -Property Name, StartMode) {
        $modes[$service.Name] = $startNames[[string]$service.StartMode]
    }
    foreach ($setting in $settings) { $values[$setting.id] = $modes[$setting.name] }
}

function Read-Firewall($settings) {
    $profiles = @{}
    foreach ($found in Get-NetFirewallProfile) { $profiles[$found.Name] = $found }
    foreach ($setting in $settings) { $values[$setting.id] = [string]$profiles[$setting.profile].($setting.name) }
}

function Write-Firewall($setting, $value) {
    $change = @{ Name = $setting.profile }
    $change[$setting.name] = $value
    Set-NetFirewallProfile @change
}

function Read-Features($settings) {
    $states = @{}
    foreach ($feature in Get-WindowsOptionalFeature -Online) {
        $states[$feature.FeatureName] = [string]$feature.State
    }
    foreach ($setting in $settings) {
        $state = $states[$setting.name]
        if ($null -eq $state) { $values[$setting.id] = $null }
        elseif (@('Enabled', 'DisablePending') -contains $state) { $values[$setting.id] = 'enabled' }
        else { $values[$setting.id] = 'disabled' }
        if ($state -eq 'EnablePending') { $pending[$setting.id] = 'enabled' }
        if ($state -eq 'DisablePending') { $pending[$setting.id] = 'disabled' }
    }
}

# --- what group policy sets --------------------------------------------------------------------------

function Get-Rsop([string]$class) {
    # A terminal on which policy was never logged has no such class: then nothing is known.
    Get-CimInstance -Namespace 'root\rsop\computer' -ClassName $class -ErrorAction SilentlyContinue |
        Where-Object { $_.precedence -eq 1 }
}

function ConvertFrom-RsopBytes([int]$type, [byte[]]$bytes) {
    if ((($type -eq 4) -and ($bytes.Length -lt 4)) -or (($type -eq 11) -and ($bytes.Length -lt 8))) { return $bytes.Length }
    switch ($type) {
        4 { return [long][System.BitConverter]::ToUInt32($bytes, 0) }
        11 { return [System.BitConverter]::ToInt64($bytes, 0) }
        3 { return [System.BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant() }
    }
    [System.Text.Encoding]::Unicode.GetString($bytes).TrimEnd([char]0)
}

function Get-Address($setting) {
    switch ($setting.kind) {
        'registry' { "registry|$($setting.key)|$($setting.name)" }
        'firewall' { "firewall|$($setting.profile)|$($setting.name)" }
        'audit' { "audit|$($setting.guid)" }
        'script' { "script|$($setting.id)" }
        default { "$($setting.kind)|$($setting.name)" }
    }
}

# Audit subcategories are not in the resulting set of policy: of them nothing is known.
function Read-DomainPolicy($settings, $kinds) {
    $set = @{}
    if ($kinds -contains 'registry') {
        foreach ($found in Get-Rsop 'RSOP_RegistryPolicySetting') {
            if ($found.deleted -or ($null -eq $found.value)) { continue }
            $value = ConvertFrom-RsopBytes $found.valueType $found.value
            if ($found.valueType -eq 7) { $value = [string[]]@($value -split [char]0) }
            $set["registry|HKLM:\$($found.registryKey)|$($found.valueName)"] = $value
        }
        foreach ($found in Get-Rsop 'RSOP_RegistryValue') {
            $path = $found.Path -replace '^MACHINE\\', ''
            $at = $path.LastIndexOf('\')
            if ($at -lt 0) { continue }
            $value = ([string]$found.Data).Trim('"')
            if (($found.Type -eq 4) -and ($value -match '^-?\d+$')) { $value = [long]$value }
            if ($found.Type -eq 7) { $value = [string[]]@($value -split ',') }
            $set["registry|HKLM:\$($path.Substring(0, $at))|$($path.Substring($at + 1))"] = $value
        }
    }
    if ($kinds -contains 'security') {
        foreach ($class in 'RSOP_SecuritySettingNumeric', 'RSOP_SecuritySettingString') {
            foreach ($found in Get-Rsop $class) { $set["security|$($found.KeyName)"] = $found.Setting }
        }
        foreach ($found in Get-Rsop 'RSOP_SecuritySettingBoolean') { $set["security|$($found.KeyName)"] = [int]$found.Setting }
    }
    if ($kinds -contains 'user_right') {
        foreach ($found in Get-Rsop 'RSOP_UserPrivilegeRight') {
            try { $holders = [string[]]@(ConvertTo-SidList $found.AccountList) }
            catch { $holders = [string[]]@($found.AccountList) }
            $set["user_right|$($found.UserRight)"] = $holders
        }
    }
    if ($kinds -contains 'service') {
        foreach ($found in Get-Rsop 'RSOP_SystemService') {
            $set["service|$($found.Service)"] = @('', '', 'automatic', 'manual', 'disabled')[[int]$found.StartupMode]
        }
    }
    if ($kinds -contains 'firewall') {
        $profiles = @(Get-NetFirewallProfile -PolicyStore RSOP -ErrorAction SilentlyContinue)
        foreach ($setting in $settings | Where-Object { $_.kind -eq 'firewall' }) {
            foreach ($found in $profiles | Where-Object { $_.Name -eq $setting.profile }) {
                $ruled = [string]$found.($setting.name)
                if (@('', '0', 'NotConfigured') -notcontains $ruled) { $set[(Get-Address $setting)] = $ruled }
            }
        }
    }
    foreach ($setting in $settings) {
        if (@('registry', 'security', 'user_right', 'service', 'firewall') -notcontains $setting.kind) { continue }
        $address = Get-Address $setting
        if ($set.ContainsKey($address)) { $domain[$setting.id] = $set[$address] }
    }
}

function Get-RebootReasons {
    $local = [Microsoft.Win32.Registry]::LocalMachine
    $keys = @{
        servicing = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
        updates = 'SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
    }
    foreach ($reason in $keys.Keys) {
        $key = $local.OpenSubKey($keys[$reason])
        if ($null -ne $key) { $key.Close(); $reason }
    }
    $control = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control'
    $renames = [Microsoft.Win32.Registry]::GetValue("$control\Session Manager", 'PendingFileRenameOperations', $null)
    if (@($renames | Where-Object { $_ }).Count -gt 0) { 'files' }
    $now = [Microsoft.Win32.Registry]::GetValue("$control\ComputerName\ActiveComputerName", 'ComputerName', '')
    $next = [Microsoft.Win32.Registry]::GetValue("$control\ComputerName\ComputerName", 'ComputerName', '')
    if ($now -ne $next) { 'name' }
}

# --- the work ----------------------------------------------------------------------------------------

function Read-Settings($settings) {
    $groups = @{}
    foreach ($setting in $settings) {
        if (-not $groups.ContainsKey($setting.kind)) { $groups[$setting.kind] = New-Object System.Collections.ArrayList }
        [void]$groups[$setting.kind].Add($setting)
    }
    foreach ($kind in $groups.Keys) {
        $batch = $groups[$kind]
        try {
            switch ($kind) {
                'audit' { Read-AuditPolicy $batch }
                'service' { Read-Services $batch }
                'firewall' { Read-Firewall $batch }
                'feature' { Read-Features $batch }
            }
        } catch {
            foreach ($setting in $batch) { $problems[$setting.id] = $_.Exception.Message }
        }
    }
    $policy = @($settings | Where-Object { @('security', 'user_right') -contains $_.kind })
    if ($policy.Count -gt 0) {
        try { Read-SecurityPolicy $policy }
        catch { foreach ($setting in $policy) { $problems[$setting.id] = $_.Exception.Message } }
    }
    foreach ($setting in $settings) {
        try {
            switch ($setting.kind) {
                'registry' { Read-Registry $setting }
                'script' { $values[$setting.id] = & ([scriptblock]::Create($setting.read)) }
                default {
                    if (-not $values.ContainsKey($setting.id) -and -not $problems.ContainsKey($setting.id)) {
                        throw "unknown kind of setting $_"
                    }
                }
            }
        } catch {
            $problems[$setting.id] = $_.Exception.Message
        }
    }
    $groups
}

function Write-Setting($setting) {
    $value = $setting.value
    if (($null -eq $value) -and (@('registry', 'script') -notcontains $setting.kind)) {
        throw 'it can be changed but not taken away'
    }
    switch ($setting.kind) {
        'registry' { Write-Registry $setting $value }
        'audit' { Write-AuditPolicy $setting $value }
        'service' { Set-Service -Name $setting.name -StartupType $startTypes[$value] }
        'firewall' { Write-Firewall $setting $value }
        'feature' {
            $feature = @{ Online = $true; FeatureName = $setting.name; NoRestart = $true }
            if ($value -eq 'enabled') { Enable-WindowsOptionalFeature @feature | Out-Null }
            else { Disable-WindowsOptionalFeature @feature | Out-Null }
        }
        'script' { & ([scriptblock]::Create($setting.write)) $value | Out-Null }
    }
}

$settings = @($Parameters.settings)
$groups = Read-Settings $settings
$domain = @{}
$before = @{}
$changed = New-Object System.Collections.ArrayList

if ($Parameters.mode -eq 'read') {
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem -Property PartOfDomain
    if ($computer.PartOfDomain) { Read-DomainPolicy $settings @($groups.Keys) }
} elseif ($Parameters.mode -eq 'apply') {
    $due = New-Object System.Collections.ArrayList
    foreach ($setting in $settings) {
        $id = $setting.id
        if ($problems.ContainsKey($id)) { continue }
        if ($setting.kind -eq 'user_right') { $setting.value = [string[]]@(ConvertTo-SidList $setting.value) }
        $now = $values[$id]
        if (Test-Same $now $setting.value) { continue }
        if ($pending.ContainsKey($id) -and (Test-Same $pending[$id] $setting.value)) { continue }
        if ((Test-Field $setting 'before') -and -not (Test-Same $now $setting.before)) {
            $problems[$id] = 'moved'
            continue
        }
        $before[$id] = $now
        [void]$due.Add($setting)
    }
    if (-not $PSCmdlet.ShouldProcess("$($due.Count) settings", 'set')) {
        foreach ($setting in $due) { [void]$changed.Add($setting.id) }
    } elseif ($due.Count -gt 0) {
        $policy = @($due | Where-Object { @('security', 'user_right') -contains $_.kind })
        if ($policy.Count -gt 0) {
            try { Write-SecurityPolicy $policy }
            catch { foreach ($setting in $policy) { $problems[$setting.id] = $_.Exception.Message } }
        }
        foreach ($setting in $due) {
            if (@('security', 'user_right') -contains $setting.kind) { continue }
            try { Write-Setting $setting }
            catch { $problems[$setting.id] = $_.Exception.Message }
        }
        [void](Read-Settings @($due))
        foreach ($setting in $due) {
            $id = $setting.id
            $afterRestart = $pending.ContainsKey($id) -and (Test-Same $pending[$id] $setting.value)
            if ($afterRestart -or -not (Test-Same $values[$id] $before[$id])) { [void]$changed.Add($id) }
            if (-not $afterRestart -and -not $problems.ContainsKey($id) -and -not (Test-Same $values[$id] $setting.value)) {
                $problems[$id] = 'it was written, and is still not so'
            }
        }
    }
} else {
    throw "unknown mode $($Parameters.mode)"
}

$reasons = @(Get-RebootReasons)
$system = Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime
$answer = @{
    values = $values
    errors = $problems
    domain = $domain
    pending = $pending
    changed = [string[]]@($changed)
    before = $before
    reboot_pending = ($reasons.Count -gt 0)
    reboot_reasons = [string[]]$reasons
    boot = $system.LastBootUpTime.ToUniversalTime().ToString('s') + 'Z'
}
if (Test-Path -LiteralPath 'Variable:\Ansible') {
    $Ansible.Changed = ($changed.Count -gt 0)
    $Ansible.Result = $answer
    $wanted = @{}
    foreach ($setting in $settings) { if ($before.ContainsKey($setting.id)) { $wanted[$setting.id] = $setting.value } }
    $Ansible.Diff = @{ before = $before; after = $wanted }
}
$answer
