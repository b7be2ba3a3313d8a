[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)][string]$Serial)

# Whether this is the terminal with that serial number; says which one it is instead.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$bios = Get-CimInstance -ClassName Win32_BIOS -Property SerialNumber
$found = ([string]$bios.SerialNumber).Trim()
$Ansible.Changed = $false
if ($found -ne $Serial) {
    $Ansible.Failed = $true
    $Ansible.Result = @{ swapped = $found }
}
