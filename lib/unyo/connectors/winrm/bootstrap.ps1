param([string]$Text)

# Runs one script that came in an envelope, after making sure that this is the terminal that was meant.
# The answer is base64 of UTF-8 behind a mark, so that neither code page nor stray output can hurt it.
# Global, since functions of modules (most commands for firewall, tasks and printers are such) see nothing of the
# preferences of the scope that calls them, and would go on after an error.
$global:ErrorActionPreference = 'Stop'
$global:ProgressPreference = 'SilentlyContinue'
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { return 'unyo!constrained' }
# Without this, arrays become {value, Count} in the JSON of Windows PowerShell 5.1.
Remove-TypeData -TypeName System.Array -ErrorAction SilentlyContinue
try {
    $envelope = ConvertFrom-Json -InputObject $Text
    $bios = Get-CimInstance -ClassName Win32_BIOS -Property SerialNumber
    $serial = ([string]$bios.SerialNumber).Trim()
    if ($serial -ne $envelope.serial) { $result = @{ swapped = $serial } }
    else { $result = @{ ok = & ([scriptblock]::Create($envelope.script)) -Parameters $envelope.parameters } }
} catch {
    $result = @{
        error = $_.Exception.Message
        category = [string]$_.CategoryInfo.Category
        number = $_.Exception.HResult
        where = $_.ScriptStackTrace
    }
}
$json = ConvertTo-Json -InputObject $result -Depth 10 -Compress
'unyo:' + [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($json)) + ';'
