<#
.SYNOPSIS
Says whether this machine can be managed by unyo, and what is missing; changes nothing.
.DESCRIPTION
Run it as an administrator on the machine itself. The exit code is the number of points that are not met.
.PARAMETER ManagementAddress
Addresses or networks from which unyo comes; the firewall must let just these in.
.PARAMETER Account
The account unyo signs in with, as name@domain.
.PARAMETER DomainController
Against which the clock is compared; the machine's own by default.
.EXAMPLE
.\check-management.ps1 -ManagementAddress 192.0.2.10 -Account unyo-terminals@example.jp
#>
[CmdletBinding()]
param(
    [string[]]$ManagementAddress = @(),
    [string]$Account = '',
    [string]$DomainController = ''
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$points = New-Object System.Collections.ArrayList
# A start-up script gets "a,b" as one text.
$ManagementAddress = @($ManagementAddress | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } | Where-Object { $_ })

# The firewall shows 192.0.2.0/24 as 192.0.2.0/255.255.255.0.
function ConvertTo-Prefix([string]$Address) {
    if ($Address -notmatch '^([\d.]+)/(\d+\.\d+\.\d+\.\d+)$') { return $Address }
    $network = $Matches[1]
    $bits = -join @($Matches[2] -split '\.' | ForEach-Object { [Convert]::ToString([int]$_, 2) })
    $length = $bits.Replace('0', '').Length
    if ($length -eq 32) { return $network }
    "$network/$length"
}

# Get-LocalGroupMember fails as soon as one member cannot be resolved any more.
function Get-AdministratorSids {
    $group = (New-Object System.Security.Principal.SecurityIdentifier('S-1-5-32-544')).Translate([System.Security.Principal.NTAccount]).Value
    $name = ($group -split '\\')[-1]
    foreach ($member in ([ADSI]"WinNT://./$name,group").psbase.Invoke('Members')) {
        $bytes = $member.GetType().InvokeMember('objectSid', 'GetProperty', $null, $member, $null)
        (New-Object System.Security.Principal.SecurityIdentifier($bytes, 0)).Value
    }
}

function Add-Point([string]$Name, [bool]$Met, [string]$Found, [string]$Next) {
    [void]$points.Add([pscustomobject]@{ Point = $Name; Met = $Met; Found = $Found; Next = $(if ($Met) { '' } else { $Next }) })
}

function Test-Point([string]$Name, [string]$Next, [scriptblock]$Look) {
    try {
        $found = & $Look
        Add-Point $Name ([bool]$found.Met) ([string]$found.Found) $Next
    } catch {
        Add-Point $Name $false $_.Exception.Message $Next
    }
}

Test-Point 'PowerShell 5.1' 'install Windows Management Framework 5.1' {
    @{ Met = ($PSVersionTable.PSVersion -ge [version]'5.1'); Found = $PSVersionTable.PSVersion }
}
Test-Point 'Language mode' 'take WinRM scripts out of constrained language mode (application control policy)' {
    @{ Met = ([string]$ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage'); Found = $ExecutionContext.SessionState.LanguageMode }
}
Test-Point 'WinRM service' 'set-up-management.ps1, or the policy "System Services: Windows Remote Management = Automatic"' {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'WinRM'"
    @{ Met = ($service.State -eq 'Running' -and $service.StartMode -eq 'Auto'); Found = "$($service.State), $($service.StartMode)" }
}
Test-Point 'HTTPS listener' 'set-up-management.ps1' {
    $listeners = @(Get-ChildItem -Path WSMan:\localhost\Listener | Where-Object { $_.Keys -contains 'Transport=HTTPS' })
    @{ Met = ($listeners.Count -gt 0); Found = "$($listeners.Count) listener" }
}
Test-Point 'Certificate' 'enrol a computer certificate with the machine''s full name, then set-up-management.ps1' {
    $listener = @(Get-ChildItem -Path WSMan:\localhost\Listener | Where-Object { $_.Keys -contains 'Transport=HTTPS' })[0]
    $thumbprint = (Get-ChildItem -Path $listener.PSPath | Where-Object { $_.Name -eq 'CertificateThumbprint' }).Value -replace '\s', ''
    $certificate = Get-Item -Path "Cert:\LocalMachine\My\$thumbprint"
    $name = [System.Net.Dns]::GetHostEntry('').HostName
    $named = @($certificate.DnsNameList | ForEach-Object { $_.Unicode }) -contains $name
    $days = [int]($certificate.NotAfter - (Get-Date)).TotalDays
    @{ Met = ($named -and $days -gt 0 -and $certificate.HasPrivateKey); Found = "$($certificate.Subject), $days days left, named ${name}: $named" }
}
Test-Point 'Unencrypted traffic refused' 'policy "Allow unencrypted traffic" = Disabled (WinRM service)' {
    $value = (Get-Item -Path WSMan:\localhost\Service\AllowUnencrypted).Value
    @{ Met = ([string]$value -eq 'false'); Found = $value }
}
Test-Point 'Basic refused' 'policy "Allow Basic authentication" = Disabled (WinRM service)' {
    $value = (Get-Item -Path WSMan:\localhost\Service\Auth\Basic).Value
    @{ Met = ([string]$value -eq 'false'); Found = $value }
}
Test-Point 'Kerberos offered' 'policy "Disallow Kerberos authentication" = Not configured (WinRM service)' {
    $value = (Get-Item -Path WSMan:\localhost\Service\Auth\Kerberos).Value
    @{ Met = ([string]$value -eq 'true'); Found = $value }
}
Test-Point 'Firewall lets unyo in, and only unyo' 'set-up-management.ps1 -ManagementAddress ...' {
    $open = @(
        # What is in effect, rules of group policy included.
        foreach ($rule in Get-NetFirewallRule -PolicyStore ActiveStore -Direction Inbound -Enabled True -Action Allow) {
            $ports = $rule | Get-NetFirewallPortFilter
            if (@($ports.LocalPort) -notcontains '5986') { continue }
            @(($rule | Get-NetFirewallAddressFilter).RemoteAddress) | ForEach-Object { ConvertTo-Prefix $_ }
        }
    )
    $missing = @($ManagementAddress | Where-Object { $open -notcontains $_ })
    $wide = @($open | Where-Object { $_ -eq 'Any' -or $_ -eq 'LocalSubnet' })
    @{ Met = ($open.Count -gt 0 -and $missing.Count -eq 0 -and $wide.Count -eq 0); Found = ($open -join ', ') }
}
if ($Account) {
    Test-Point 'Account is a local administrator' 'the policy "Local Users and Groups" or set-up-management.ps1 -Account ...' {
        $wanted = (New-Object System.Security.Principal.NTAccount($Account)).Translate([System.Security.Principal.SecurityIdentifier]).Value
        $members = @(Get-AdministratorSids)
        @{ Met = ($members -contains $wanted); Found = "$($members.Count) members" }
    }
    Test-Point 'Account is no domain administrator' 'take it out of that group: one stolen terminal would be the whole domain' {
        $identity = New-Object System.Security.Principal.WindowsIdentity($Account)
        # 512 domain, 518 schema, 519 enterprise administrators, in every language.
        $high = @($identity.Groups | ForEach-Object { $_.Value } | Where-Object { $_ -match '-(512|518|519)$' })
        @{ Met = ($high.Count -eq 0); Found = ($high -join ', ') }
    }
}
Test-Point 'Clock' 'w32tm /resync; Kerberos refuses more than five minutes' {
    $controller = $DomainController
    if (-not $controller) { $controller = [string]$env:LOGONSERVER -replace '\\', '' }
    $answer = & "$env:SystemRoot\System32\w32tm.exe" /stripchart /computer:$controller /samples:1 /dataonly
    $offset = [regex]::Match(($answer -join ' '), '([+-]\d+\.\d+)s').Groups[1].Value
    @{ Met = ($offset -ne '' -and [Math]::Abs([double]::Parse($offset, [Globalization.CultureInfo]::InvariantCulture)) -lt 300); Found = "$offset s against $controller" }
}

$points | Format-Table -AutoSize -Wrap
exit @($points | Where-Object { -not $_.Met }).Count
