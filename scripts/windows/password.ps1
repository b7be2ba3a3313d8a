[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# Tells of a local account of this terminal, sets its password, and renews it where it is stored on this terminal.
#
# Parameters  mode     facts | set | uses | renew
#             account  its name; *500: the built-in administrator, whatever it is called (facts, set)
#             names    how an account of a domain is written, its bare name among them (uses, renew)
#             own      whether this session was opened with the account itself (set)
#             careful  never reset where a change with the old password is refused (set)
#             laps     override: also where Windows LAPS manages the account (set)
#             old      the password in force, where it is known (set)
#             new      the password to come (set, renew)
#             uses     list of {kind, name} in which it is renewed (set, renew)
# Answer      facts    exists, name, sid, enabled, locked, bad_logons, last_set, lockout, policy, protected, laps, uses
#             set      done; how: change | reset; number: why not, or why not changed; renewed, not_renewed
#             uses     uses: {kind, name, account as it stands there}; unread: kinds that could not be looked at
#             renew    name, renewed, not_renewed
# Repeatable: facts, uses, renew
#
# Policy and lock-out come from the WinNT provider, whose names do not depend on the language, as those of
# net.exe do. Change needs the old password and keeps what Windows has encrypted with it (DPAPI); reset does not.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$wrongOld = 86
$gone = 2221
$byLaps = -1
$renewed = New-Object System.Collections.ArrayList
$notRenewed = New-Object System.Collections.ArrayList
$uses = New-Object System.Collections.ArrayList
$unread = New-Object System.Collections.ArrayList
$iis = Join-Path $env:SystemRoot 'System32\inetsrv\Microsoft.Web.Administration.dll'
$mappings = 'winrm/config/service/certmapping'

# The number inside an error; its words depend on the language.
function Get-Number($record) {
    $inner = $record.Exception
    while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
    $inner.HResult -band 65535
}

function Get-Given([string]$name) {
    if ($null -ne $Parameters.PSObject.Properties[$name]) { $Parameters.$name }
}

function Find-Account {
    if ($Parameters.account -eq '*500') {
        return Get-LocalUser | Where-Object { $_.SID.Value -match '^S-1-5-21-.+-500$' }
    }
    Get-LocalUser -Name $Parameters.account -ErrorAction SilentlyContinue
}

function Get-Entry([string]$path) {
    New-Object System.DirectoryServices.DirectoryEntry("WinNT://$env:COMPUTERNAME$path")
}

# --- where a password is stored -------------------------------------------------------------------

function Get-Spellings($account) {
    if ($null -ne $account) {
        $name = $account.Name
        return "$env:COMPUTERNAME\$name", ".\$name", "$name@$env:COMPUTERNAME", $name, $account.SID.Value
    }
    # A bare name means the local account where there is one.
    foreach ($name in @(Get-Given 'names')) {
        $bare = -not ($name.Contains('\') -or $name.Contains('@'))
        if (-not ($bare -and (Get-LocalUser -Name $name -ErrorAction SilentlyContinue))) { $name }
    }
}

function Add-Use([string]$kind, [string]$name, [string]$account) {
    [void]$uses.Add(@{ kind = $kind; name = $name; account = $account })
}

function Read-Services($spellings) {
    # Hundreds of services, and a few that matter: WMI sorts them out; what its "like" takes too much is left below.
    $bare = @($spellings | ForEach-Object { ($_ -replace '^.*\\', '' -replace '@.*$', '').Replace("'", "\'") })
    $like = @($bare | Select-Object -Unique | ForEach-Object { "StartName LIKE '%$_%'" }) -join ' OR '
    if ($like -eq '') { return }
    foreach ($service in @(Get-CimInstance -ClassName Win32_Service -Property Name, StartName -Filter $like)) {
        if ($spellings -contains [string]$service.StartName) { Add-Use 'service' $service.Name $service.StartName }
    }
}

function Read-Tasks($spellings) {
    foreach ($task in @(Get-ScheduledTask)) {
        $stored = 'Password', 'InteractiveOrPassword' -contains [string]$task.Principal.LogonType
        if ($stored -and ($spellings -contains [string]$task.Principal.UserId)) {
            Add-Use 'task' ($task.TaskPath + $task.TaskName) $task.Principal.UserId
        }
    }
}

function Open-Pools {
    Add-Type -Path $iis
    New-Object Microsoft.Web.Administration.ServerManager
}

function Read-Pools($spellings) {
    if (-not [System.IO.File]::Exists($iis)) { return }
    foreach ($pool in @((Open-Pools).ApplicationPools)) {
        if ($spellings -contains [string]$pool.ProcessModel.UserName) { Add-Use 'pool' $pool.Name $pool.ProcessModel.UserName }
    }
}

function Format-Mapping($mapping) { "$($mapping.Subject) | $($mapping.Issuer) | $($mapping.URI)" }

function Read-Mappings($spellings) {
    foreach ($mapping in @(Get-WSManInstance -ResourceURI $mappings -Enumerate)) {
        $user = [string]$mapping.UserName
        if ($spellings -contains $user) { Add-Use 'certificate' (Format-Mapping $mapping) $user }
    }
}

function Read-Uses($spellings) {
    foreach ($kind in 'service', 'task', 'pool', 'certificate') {
        try {
            switch ($kind) {
                'service' { Read-Services $spellings }
                'task' { Read-Tasks $spellings }
                'pool' { Read-Pools $spellings }
                'certificate' { Read-Mappings $spellings }
            }
        } catch { [void]$unread.Add($kind) }
    }
}

# --- renewing it there ----------------------------------------------------------------------------

function Set-ServicePassword([string]$name, $spellings) {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = '$name'"
    if ($spellings -notcontains [string]$service.StartName) { throw 'it runs under another account now' }
    $given = @{ StartName = $service.StartName; StartPassword = $Parameters.new }
    $answer = Invoke-CimMethod -InputObject $service -MethodName Change -Arguments $given
    if ($answer.ReturnValue -ne 0) { throw "Win32_Service.Change answered $($answer.ReturnValue)" }
}

function Set-TaskPassword([string]$place, $spellings) {
    $cut = $place.LastIndexOf('\') + 1
    $path = $place.Substring(0, $cut)
    $name = $place.Substring($cut)
    $user = [string](Get-ScheduledTask -TaskPath $path -TaskName $name).Principal.UserId
    if ($spellings -notcontains $user) { throw 'it runs under another account now' }
    # The task scheduler shows the bare name of a domain's account; it is to take the whole one.
    $whole = @($spellings | Where-Object { $_ -like "*\$user" })
    if ($whole.Count -gt 0) { $user = $whole[0] }
    Set-ScheduledTask -TaskPath $path -TaskName $name -User $user -Password $Parameters.new | Out-Null
}

function Set-PoolPassword([string]$name, $spellings) {
    $manager = Open-Pools
    $pool = $manager.ApplicationPools | Where-Object { $_.Name -eq $name }
    if ($spellings -notcontains [string]$pool.ProcessModel.UserName) { throw 'it runs under another account now' }
    $pool.ProcessModel.Password = $Parameters.new
    $manager.CommitChanges()
}

function Set-MappingPassword([string]$name, $spellings) {
    $mapping = Get-WSManInstance -ResourceURI $mappings -Enumerate | Where-Object { (Format-Mapping $_) -eq $name }
    if ($spellings -notcontains [string]$mapping.UserName) { throw 'it is for another account now' }
    $which = @{ URI = $mapping.URI; Subject = $mapping.Subject; Issuer = $mapping.Issuer }
    $values = @{ UserName = $mapping.UserName; Password = $Parameters.new }
    Set-WSManInstance -ResourceURI $mappings -SelectorSet $which -ValueSet $values | Out-Null
}

function Update-Uses($spellings) {
    foreach ($use in @(Get-Given 'uses')) {
        if ($null -eq $use) { continue }
        $said = @{ kind = $use.kind; name = $use.name }
        try {
            switch ($use.kind) {
                'service' { Set-ServicePassword $use.name $spellings }
                'task' { Set-TaskPassword $use.name $spellings }
                'pool' { Set-PoolPassword $use.name $spellings }
                'certificate' { Set-MappingPassword $use.name $spellings }
                default { throw "unknown kind $($use.kind)" }
            }
            [void]$renewed.Add($said)
        } catch { [void]$notRenewed.Add($said) }
    }
}

# --- Windows LAPS ---------------------------------------------------------------------------------

function Get-Values([string]$path) {
    $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    $found = @{}
    if ($null -eq $key) { return $found }
    try { foreach ($name in $key.GetValueNames()) { $found[$name] = $key.GetValue($name) } } finally { $key.Close() }
    $found
}

function Test-Managed($values, [string]$named, $account) {
    if ([string]$values[$named] -ne '') { return [string]$values[$named] -eq $account.Name }
    $account.SID.Value -match '-500$'
}

# The first of these roots that holds anything is the policy in force; an old LAPS counts where there is none.
function Get-Laps($account) {
    $roots = 'SOFTWARE\Microsoft\Policies\LAPS', 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS',
        'SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config'
    foreach ($root in $roots) {
        $values = Get-Values $root
        if ($values.Count -eq 0) { continue }
        if (-not $values['BackupDirectory']) { return '' }
        if ($values['AutomaticAccountManagementEnabled'] -and $values['AutomaticAccountManagementNameOrPrefix']) {
            $begin = [string]$values['AutomaticAccountManagementNameOrPrefix']
            if ($account.Name.ToLowerInvariant().StartsWith($begin.ToLowerInvariant())) { return 'windows' }
            return ''
        }
        if (Test-Managed $values 'AdministratorAccountName' $account) { return 'windows' }
        return ''
    }
    $values = Get-Values 'SOFTWARE\Policies\Microsoft Services\AdmPwd'
    if ($values['AdmPwdEnabled'] -and (Test-Managed $values 'AdminAccountName' $account)) { return 'legacy' }
    ''
}

# --- what the terminal tells ------------------------------------------------------------------------

function Get-Protected($account) {
    $kept = Get-CimInstance -ClassName Win32_UserProfile -Filter "SID = '$($account.SID.Value)'"
    ($null -ne $kept) -and [System.IO.Directory]::Exists("$($kept.LocalPath)\AppData\Roaming\Microsoft\Protect")
}

function Get-Facts($account) {
    $entry = Get-Entry "/$($account.Name),user"
    $computer = Get-Entry ',computer'
    $set = $null
    if ($null -ne $account.PasswordLastSet) { $set = $account.PasswordLastSet.ToUniversalTime().ToString('s') + 'Z' }
    Read-Uses (Get-Spellings $account)
    @{
        exists = $true
        name = $account.Name
        sid = $account.SID.Value
        enabled = [bool]$account.Enabled
        locked = [bool]$entry.InvokeGet('IsAccountLocked')
        bad_logons = [int]$entry.InvokeGet('BadPasswordAttempts')
        last_set = $set
        lockout = @{
            threshold = [int]$computer.InvokeGet('MaxBadPasswordsAllowed')
            window = [int]$computer.InvokeGet('LockoutObservationInterval')
            duration = [int]$computer.InvokeGet('AutoUnlockInterval')
        }
        policy = @{
            length = [int]$computer.InvokeGet('MinPasswordLength')
            history = [int]$computer.InvokeGet('PasswordHistoryLength')
            minimum_age = [int]$computer.InvokeGet('MinPasswordAge')
        }
        protected = (Get-Protected $account)
        laps = (Get-Laps $account)
        uses = @($uses)
        unread = @($unread)
    }
}

# --- setting it -------------------------------------------------------------------------------------

function Set-Password($account) {
    $entry = Get-Entry "/$($account.Name),user"
    $why = 0
    $old = [string](Get-Given 'old')
    if (($old -ne '') -and ($Parameters.own -or $Parameters.careful)) {
        try {
            $entry.ChangePassword($old, $Parameters.new)
            return @{ how = 'change'; number = 0 }
        } catch { $why = Get-Number $_ }
        if ($Parameters.careful -and ($why -ne $wrongOld)) { return @{ how = ''; number = $why } }
    }
    try {
        $entry.SetPassword($Parameters.new)
        @{ how = 'reset'; number = $why }
    } catch { @{ how = ''; number = (Get-Number $_) } }
}

function Set-Everything($account) {
    if ($null -eq $account) { return @{ how = ''; number = $gone } }
    if (((Get-Given 'laps') -ne 'override') -and ((Get-Laps $account) -ne '')) { return @{ how = ''; number = $byLaps } }
    if (-not $PSCmdlet.ShouldProcess($account.Name, 'set the password')) { return @{ how = ''; number = 0 } }
    $done = Set-Password $account
    if ($done.how -ne '') { Update-Uses (Get-Spellings $account) }
    $done.name = $account.Name
    $done
}

switch ($Parameters.mode) {
    'facts' {
        $account = Find-Account
        if ($null -eq $account) { return @{ exists = $false } }
        Get-Facts $account
    }
    'set' {
        $done = Set-Everything (Find-Account)
        $done.done = ($done.how -ne '')
        $done.renewed = @($renewed)
        $done.not_renewed = @($notRenewed)
        $done
    }
    'uses' {
        Read-Uses @(Get-Spellings $null)
        @{ uses = @($uses); unread = @($unread) }
    }
    'renew' {
        $account = $null
        if ([string](Get-Given 'account') -ne '') { $account = Find-Account }
        if ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'renew stored passwords')) { Update-Uses @(Get-Spellings $account) }
        $name = ''
        if ($null -ne $account) { $name = $account.Name }
        @{ name = $name; renewed = @($renewed); not_renewed = @($notRenewed) }
    }
    default { throw "unknown mode $($Parameters.mode)" }
}
