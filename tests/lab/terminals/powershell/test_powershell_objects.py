"""Objects: JSON as 5.1 writes and reads it, and the cmdlets that sort, select and group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unyo.lab.terminals.powershell.shell import Ran

RunScript = Callable[..., Ran]
Output = Callable[[str], list[Any]]

TO_JSON = {
    "objects and arrays": ("@{ a = @(1); b = $null; c = $true; d = 'x' } | ConvertTo-Json -Compress", '{"a":[1],"b":null,"c":true,"d":"x"}'),
    "the depth ends in text": ("@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress", '{"a":{"b":{"c":"System.Collections.Hashtable"}}}'),
    "unless more is asked for": ("@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress -Depth 8", '{"a":{"b":{"c":{"d":1}}}}'),
    "escapes": ("'<a href=''x''>&日\t' | ConvertTo-Json", '"\\u003ca href=\\u0027x\\u0027\\u003e\\u0026日\\t"'),
    "a piped array of one is unwrapped": ("@(1) | ConvertTo-Json; ConvertTo-Json @(1) -Compress", "1|[1]"),
    "dates": ("@{ d = [datetime]::SpecifyKind([datetime]'1970-01-02', 'Utc') } | ConvertTo-Json -Compress", '{"d":"\\/Date(86400000)\\/"}'),
    "numbers": ("(1.5, 2.0, 1e3) | ConvertTo-Json -Compress", "[1.5,2,1000]"),
    "a wrapped array": ("'[1,2]' | ConvertFrom-Json | ConvertTo-Json -Compress", '{"value":[1,2],"Count":2}'),
    "indentation": ("[ordered]@{ a = 1; b = @(2) } | ConvertTo-Json", '{\r\n    "a":  1,\r\n    "b":  [\r\n              2\r\n          ]\r\n}'),
}  # fmt: skip

FROM_JSON = {
    "objects": ("$o = '{\"a\": {\"b\": [1, 2]}, \"C\": null}' | ConvertFrom-Json; $o.a.b[1]; $null -eq $o.c; $o.GetType().Name", [2, True, "PSCustomObject"]),
    "an array is one object": ("@('[1,2]' | ConvertFrom-Json | ForEach-Object { $_.Count })", [2]),
    "ISO dates stay text": ("('{\"d\":\"2026-04-01T00:00:00Z\"}' | ConvertFrom-Json).d.GetType().Name", ["String"]),
    "properties": ("$o = '{\"x\":1,\"y\":2}' | ConvertFrom-Json; $o.PSObject.Properties.Name; $o.PSObject.Properties['y'].Value; $null -eq $o.PSObject.Properties['z']", ["x", "y", 2, True]),
}  # fmt: skip

CMDLETS = {
    "Where-Object": ("1..5 | Where-Object { $_ -gt 3 }; @{n=1}, @{n=2} | Where-Object n -eq 2 | ForEach-Object { $_.n }", [4, 5, 2]),
    "ForEach-Object": ("1..3 | ForEach-Object -Begin { 'b' } -Process { $_ } -End { 'e' }; 'a', 'bc' | ForEach-Object Length; 'a' | % ToUpper", ["b", 1, 2, 3, "e", 1, 2, "A"]),
    "Select-Object": ("$o = [pscustomobject]@{ a = 1; b = 2 } | Select-Object b, @{ n = 'c'; e = { $_.a + 9 } }, none; $o.b; $o.c; $null -eq $o.none; $o.PSObject.Properties.Name", [2, 10, True, "b", "c", "none"]),
    "Select-Object by place": ("1..9 | Select-Object -First 1; 1..9 | Select-Object -Last 2; 1..9 | Select-Object -Skip 7; 1, 1, 2 | Select-Object -Unique", [1, 8, 9, 8, 9, 1, 2]),
    "Select-Object -ExpandProperty": ("@{n='x'} | ForEach-Object { [pscustomobject]$_ } | Select-Object -ExpandProperty n", ["x"]),
    "Sort-Object": ("3, 1, 2 | Sort-Object; 'b', 'A' | Sort-Object -Descending; 2, 1, 2 | Sort-Object -Unique", [1, 2, 3, "b", "A", 1, 2]),
    "Sort-Object by properties": ("[pscustomobject]@{n=2;m='x'}, [pscustomobject]@{n=1;m='y'} | Sort-Object n | ForEach-Object m; 'aaa', 'b' | Sort-Object { $_.Length }", ["y", "x", "b", "aaa"]),
    "Group-Object": ("'a', 'B', 'b' | Group-Object | ForEach-Object { \"$($_.Name)$($_.Count)\" }; (1, 2, 3 | Group-Object { $_ % 2 } -AsHashTable)[1].Count", ["a1", "B2", 2]),
    "Measure-Object": ("(1..4 | Measure-Object -Sum -Average -Maximum).Sum; ('a', 'b' | Measure-Object).Count", [10.0, 2]),
    "Compare-Object": ("Compare-Object (1, 2) (2, 3) | ForEach-Object { \"$($_.InputObject)$($_.SideIndicator)\" }", ["3=>", "1<="]),
    "Add-Member": ("$o = [pscustomobject]@{ a = 1 }; $o | Add-Member -NotePropertyName b -NotePropertyValue 2; $o | Add-Member NoteProperty c 3; $o.b + $o.c", [5]),
    "New-Object": ("(New-Object psobject -Property @{ a = 1 }).a; (New-Object System.Collections.ArrayList).Count; (New-Object datetime 2026, 4, 1).Year", [1, 0, 2026]),
    "dates": ("(Get-Date).ToUniversalTime().ToString('o'); (Get-Date -Date '2026-04-01').AddMonths(1).ToString('yyyy-MM-dd'); ([datetime]'2026-04-02' - [datetime]'2026-04-01').TotalHours", ["2026-04-01T00:30:00.0000000Z", "2026-05-01", 24.0]),
    "paths": ("Join-Path C:\\a b; Split-Path C:\\a\\b; Split-Path C:\\a\\b -Leaf; [IO.Path]::GetExtension('a.txt')", ["C:\\a\\b", "C:\\a", "b", ".txt"]),
    "hash sets": ("$s = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase); $s.Add('a'); $s.Add('A'); $s.Count", [True, False, 1]),
    "hashtables": ("$h = @{}; $h['x'] = 1; $h.y = 2; $h.ContainsKey('X'); $h.Remove('x'); $h.Count; $h.Keys; ($h + @{ z = 3 }).Count", [True, 1, "y", 2]),
    "hashes": ("[BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes('')))", ["E3-B0-C4-42-98-FC-1C-14-9A-FB-F4-C8-99-6F-B9-24-27-AE-41-E4-64-9B-93-4C-A4-95-99-1B-78-52-B8-55"]),
}  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [*TO_JSON.values()], ids=[*TO_JSON])
def test_convert_to_json(script: str, expected: str, output: Output) -> None:
    assert "|".join(output(script)) == expected


@pytest.mark.parametrize(("script", "expected"), [*FROM_JSON.values()], ids=[*FROM_JSON])
def test_convert_from_json(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


def test_malformed_json_is_an_error_that_can_be_caught(output: Output) -> None:
    assert output("try { '{oops' | ConvertFrom-Json } catch [System.ArgumentException] { 'bad' }") == ["bad"]


@pytest.mark.parametrize(("script", "expected"), [*CMDLETS.values()], ids=[*CMDLETS])
def test_cmdlets_on_any_object(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected
