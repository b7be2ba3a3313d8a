[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)

# The printer queues of this terminal, for all who log on to it.
#
# Parameters  mode    status | apply
#             queues  list of {name, address, driver}: queues that must be there over a TCP/IP port of that address
# Repeatable: status
# Answer      queues: name -> {address, driver}; errors: name -> why it could not be made
#
# A driver must lie in the terminal's driver store already: none is fetched from a print server, and the rules
# that keep people from installing drivers stay as they are.

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$problems = @{}

function Get-Queues {
    $ports = @{}
    foreach ($port in Get-PrinterPort) {
        if ($port.PSObject.Properties['PrinterHostAddress'] -and $port.PrinterHostAddress) { $ports[$port.Name] = $port.PrinterHostAddress }
    }
    $queues = @{}
    foreach ($queue in Get-Printer) {
        $queues[$queue.Name] = @{ address = [string]$ports[$queue.PortName]; driver = $queue.DriverName }
    }
    $queues
}

function Set-Queue($wanted, $now) {
    $known = @(Get-PrinterDriver | Where-Object { $_.Name -eq $wanted.driver })
    if ($known.Count -eq 0) { Add-PrinterDriver -Name $wanted.driver }
    $port = "unyo_$($wanted.address)"
    if (@(Get-PrinterPort | Where-Object { $_.Name -eq $port }).Count -eq 0) {
        Add-PrinterPort -Name $port -PrinterHostAddress $wanted.address
    }
    if ($now.ContainsKey($wanted.name)) {
        Set-Printer -Name $wanted.name -PortName $port -DriverName $wanted.driver
    } else {
        Add-Printer -Name $wanted.name -PortName $port -DriverName $wanted.driver
    }
}

if ([string]$Parameters.mode -eq 'apply' -and $PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'set up printers')) {
    $now = Get-Queues
    foreach ($wanted in @($Parameters.queues)) {
        try { Set-Queue $wanted $now } catch { $problems[$wanted.name] = $_.Exception.Message }
    }
}
@{ queues = Get-Queues; errors = $problems }
