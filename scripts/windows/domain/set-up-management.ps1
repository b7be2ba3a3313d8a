<#
.SYNOPSIS
Lets unyo manage this machine: WinRM over HTTPS with the machine's own certificate, from given addresses only.
.DESCRIPTION
Run it as an administrator, or as a computer start-up script by group policy (it may run at every start: what is
as wanted is left alone). It never allows Basic authentication or unencrypted traffic and touches no rule of
others. -WhatIf shows what it would do, -Remove takes back what it made.
.PARAMETER ManagementAddress
Addresses or networks from which unyo comes.
.PARAMETER Account
The account that becomes a local administrator, as DOMAIN\name or a SID; leave it out where group policy does that.
.PARAMETER Remove
Take listener, firewall rule and membership away again.
.EXAMPLE
.\set-up-management.ps1 -ManagementAddress 192.0.2.10, 192.0.2.11 -Account EXAMPLE\unyo-terminals
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', DefaultParameterSetName = 'SetUp')]
param(
    [Parameter(Mandatory, ParameterSetName = 'SetUp')][string[]]$ManagementAddress,
    [string]$Account = '',
    [Parameter(Mandatory, ParameterSetName = 'Remove')][switch]$Remove
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
# The firewall's commands are functions of a module and see nothing of the line above.
$PSDefaultParameterValues = @{ '*-NetFirewallRule:ErrorAction' = 'Stop' }

$ruleName = 'unyo-winrm-https'
$machine = [System.Net.Dns]::GetHostEntry('').HostName
# The purpose "server authentication", whatever its name is in this language.
$serverAuthentication = '1.3.6.1.5.5.7.3.1'
# A start-up script gets "a,b" as one text.
if (-not $Remove) {
    $ManagementAddress = @($ManagementAddress | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } | Where-Object { $_ })
}

function Get-Certificate {
    $usable = @(Get-ChildItem -Path Cert:\LocalMachine\My | Where-Object {
        $_.HasPrivateKey -and $_.NotAfter -gt (Get-Date).AddDays(1) -and
        (@($_.EnhancedKeyUsageList | ForEach-Object { $_.ObjectId }) -contains $serverAuthentication) -and
        (@($_.DnsNameList | ForEach-Object { $_.Unicode }) -contains $machine) -and
        ($_.Issuer -ne $_.Subject)
    } | Sort-Object -Property NotAfter -Descending)
    if ($usable.Count -eq 0) {
        throw "no certificate of a CA names $machine for server authentication: enrol one (docs/windows.md, certificates)"
    }
    $usable[0]
}

function Get-HttpsListener {
    @(Get-ChildItem -Path WSMan:\localhost\Listener | Where-Object { $_.Keys -contains 'Transport=HTTPS' })
}

function Set-Listener($certificate) {
    $listeners = @(Get-HttpsListener)
    if ($listeners.Count -gt 0) {
        $shown = (Get-ChildItem -Path $listeners[0].PSPath | Where-Object { $_.Name -eq 'CertificateThumbprint' }).Value -replace '\s', ''
        if ($shown -eq $certificate.Thumbprint) { return }
        if ($PSCmdlet.ShouldProcess($machine, 'remove the HTTPS listener with another certificate')) {
            $listeners | ForEach-Object { Remove-Item -Path $_.PSPath -Recurse -Force }
        }
    }
    if ($PSCmdlet.ShouldProcess($machine, "HTTPS listener with $($certificate.Thumbprint)")) {
        [void](New-Item -Path WSMan:\localhost\Listener -Transport HTTPS -Address * -CertificateThumbPrint $certificate.Thumbprint -Force)
    }
}

# The firewall shows 192.0.2.0/24 as 192.0.2.0/255.255.255.0.
function ConvertTo-Prefix([string]$Address) {
    if ($Address -notmatch '^([\d.]+)/(\d+\.\d+\.\d+\.\d+)$') { return $Address }
    $network = $Matches[1]
    $bits = -join @($Matches[2] -split '\.' | ForEach-Object { [Convert]::ToString([int]$_, 2) })
    $length = $bits.Replace('0', '').Length
    if ($length -eq 32) { return $network }
    "$network/$length"
}

function Set-Rule {
    $rule = @(Get-NetFirewallRule -Name $ruleName -ErrorAction SilentlyContinue)
    if ($rule.Count -gt 0) {
        $now = @(@(($rule[0] | Get-NetFirewallAddressFilter).RemoteAddress) | ForEach-Object { ConvertTo-Prefix $_ })
        if (-not (Compare-Object -ReferenceObject @($ManagementAddress) -DifferenceObject $now)) { return }
        if ($PSCmdlet.ShouldProcess($machine, 'firewall rule: other addresses')) {
            Set-NetFirewallRule -Name $ruleName -RemoteAddress $ManagementAddress
        }
    } elseif ($PSCmdlet.ShouldProcess($machine, "firewall rule for $($ManagementAddress -join ', ')")) {
        [void](New-NetFirewallRule -Name $ruleName -DisplayName 'unyo: WinRM over HTTPS' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5986 -RemoteAddress $ManagementAddress -Profile Domain)
    }
}

function Get-AccountSid {
    if ($Account -like 'S-1-*') { return $Account }
    (New-Object System.Security.Principal.NTAccount($Account)).Translate([System.Security.Principal.SecurityIdentifier]).Value
}

if ($Remove) {
    if ($PSCmdlet.ShouldProcess($machine, 'remove listener, firewall rule and membership')) {
        Get-HttpsListener | ForEach-Object { Remove-Item -Path $_.PSPath -Recurse -Force }
        Remove-NetFirewallRule -Name $ruleName -ErrorAction SilentlyContinue
        if ($Account) { Remove-LocalGroupMember -SID 'S-1-5-32-544' -Member (Get-AccountSid) -ErrorAction SilentlyContinue }
    }
    return
}

$certificate = Get-Certificate
if ($PSCmdlet.ShouldProcess($machine, 'WinRM starts with Windows')) {
    Set-Service -Name WinRM -StartupType Automatic
    Start-Service -Name WinRM
}
if ([string](Get-Service -Name WinRM).Status -eq 'Running') { Set-Listener $certificate }
else { Write-Warning 'WinRM does not run, so what would be done about its listener and settings is not shown' }
Set-Rule
if ($Account) {
    $sid = Get-AccountSid
    # Not asked for first: listing the group fails as soon as one member cannot be resolved any more.
    if ($PSCmdlet.ShouldProcess($machine, "$Account is a local administrator")) {
        try { Add-LocalGroupMember -SID 'S-1-5-32-544' -Member $sid }
        catch { if ($_.FullyQualifiedErrorId -notlike 'MemberExists*') { throw } }
    }
}
if ([string](Get-Service -Name WinRM).Status -ne 'Running') { return }
foreach ($name in 'Service\AllowUnencrypted', 'Service\Auth\Basic') {
    if ([string](Get-Item -Path "WSMan:\localhost\$name").Value -ne 'false' -and $PSCmdlet.ShouldProcess($machine, "$name off")) {
        Set-Item -Path "WSMan:\localhost\$name" -Value $false
    }
}
