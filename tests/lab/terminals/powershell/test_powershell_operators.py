"""Operators: the left operand decides, lists filter, case does not count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Output = Callable[[str], list[Any]]

COMPARING = {
    "case does not count unless asked": (
        "'ABC' -eq 'abc'; 'ABC' -ceq 'abc'; 'a' -in 'B', 'A'",
        [True, False, True],
    ),
    "the left type decides": (
        "10 -eq '10'; '10' -eq 10; '9' -gt '10'; 9 -gt '10'",
        [True, True, True, False],
    ),
    "a list on the left is filtered": ("@(1, 2, 3, 2 -eq 2).Count; @(1, $null, 2 -ne $null).Count", [2, 2]),
    "precedence of the comma": ("$a = 1, 2, 3, 2; ($a -eq 2).Count", [2]),
    "-eq $null on a list filters, $null -eq compares": (
        "$a = 1, $null, 2, $null; ($a -eq $null).Count; $null -eq $a",
        [2, False],
    ),
    "an empty list is not $null": (
        "$null -eq @(); @() -eq $null; if (@() -eq $null) { 'y' } else { 'n' }",
        [False, "n"],
    ),
    "-contains takes whole elements": ("'ab', 'cd' -contains 'a'; 'ab', 'cd' -contains 'CD'", [False, True]),
    "-like": (
        "'abc' -like 'A*'; 'abc' -like 'b'; 'a[b' -like 'a`[b'; 'ab', 'xb' -like 'a*'",
        [True, False, True, "ab"],
    ),
    "-match on one value fills $Matches": (
        "$null = 'user=taro' -match '(?<key>\\w+)=(\\w+)'; $Matches.key; $Matches[1]",
        ["user", "taro"],
    ),
    "-match on a list filters and leaves $Matches": (
        "$null = 'z' -match 'z'; 'abc', 'xyz', 'abd' -match '^ab'; $Matches[0]",
        ["abc", "abd", "z"],
    ),
    "-is and -as": (
        "5 -is [int]; 'x' -is [string]; @() -is [array]; @{} -is [hashtable]; $null -eq ('x' -as [int])",
        [True] * 5,
    ),
    "$null and numbers": ("$null -lt 1; $null -eq 0; $null -lt 0; '' -eq $null", [True, False, False, False]),
    "dates and text": (
        "[datetime]'2026-04-01' -lt '2026-04-02'; [datetime]'2026-04-01' -eq '2026-04-01'",
        [True, True],
    ),
    "versions by number": ("[version]'10.0.9' -lt [version]'10.0.10'", [True]),
}

COUNTING = {
    "division": ("7 / 2; 6 / 2; 7 % 3; -7 % 3", [3.5, 3, 1, -1]),
    "integers grow": ("(2147483647 + 1).GetType().Name; 2147483647 + 1", ["Int64", 2147483648]),
    "casts round half to even": ("[int]2.5; [int]3.5; [int]'0x10'; [int][char]'A'", [2, 4, 16, 65]),
    "text plus number": ("'5' + 1; 5 + '1'", ["51", 6]),
    "text and lists are multiplied": ("'ab' * 2; (1, 2) * 2", ["abab", 1, 2, 1, 2]),
    "bits": ("6 -band 3; 6 -bor 1; 6 -bxor 3; -bnot 0; 1 -shl 4; 256 -shr 4", [2, 7, 5, -1, 16, 16]),
    "shifts lose what leaves 32 bits": ("1 -shl 31; [long]1 -shl 31", [-2147483648, 2147483648]),
    "ranges go both ways": ("1..3; 2..0", [1, 2, 3, 2, 1, 0]),
    "sizes": ("1kb; 2mb; 0x1F; 1e3; 10L.GetType().Name", [1024, 2097152, 31, 1000.0, "Int64"]),
    "a hexadecimal number of 32 bits is signed": (
        "0xFFFFFFFF; [uint32]::MaxValue; 0x80000000",
        [-1, 4294967295, -2147483648],
    ),
    "logic": ("-not 0; !'a'; $true -xor $true; 0 -or 'x'; $true -and @()", [True, False, False, True, False]),
    "truth of lists": ("[bool]@(0); [bool]@(0, 0); [bool]@(); [bool]'False'", [False, True, False, True]),
}

TEXT = {
    "-split, -join": (
        "'a,b,,c' -split ','; -join ('x', 'y'); 'x', 'y' -join '-'; -split ' a  b '",
        ["a", "b", "", "c", "xy", "x-y", "a", "b"],
    ),
    "-split takes expressions and limits": (
        "'a1b2c' -split '\\d', 2; 'a.b' -split '.', 0, 'SimpleMatch'",
        ["a", "b2c", "a", "b"],
    ),
    "-replace": (
        "'Aa' -replace 'a', 'x'; 'Aa' -creplace 'a', 'x'; 'k=v' -replace '(\\w)=(\\w)', '$2=$1'; 'ab' -replace 'b'",
        ["xx", "Ax", "v=k", "a"],
    ),
    "-f": ("'{0:N2}|{1:X4}|{2,5}|{3,-3}|{{}}' -f 1234.567, 255, 'a', 'b'", ["1,234.57|00FF|    a|b  |{}"]),
    "-f with dates and custom numbers": (
        "'{0:yyyy-MM-dd HH:mm}' -f [datetime]'2026-02-03 04:05'; '{0:000.0}' -f 1.25; '{0:P0}' -f 0.5",
        ["2026-02-03 04:05", "001.3", "50 %"],
    ),
    "values in text": (
        "\"$(1/3) $true $null|$(1, 2, 3) $([datetime]'2026-04-01 05:06:07')\"",
        ["0.333333333333333 True |1 2 3 04/01/2026 05:06:07"],
    ),
    "objects in text": (
        "\"$([pscustomobject]@{a=1;b='x'}) $(@{a=1})\"",
        ["@{a=1; b=x} System.Collections.Hashtable"],
    ),
    "members need $( )": (
        '$p = @{ n = \'x\' }; "$p.n"; "$($p.n)"; "${p}".Length',
        ["System.Collections.Hashtable.n", "x", 28],
    ),
    "quotes and escapes": ('"a`tb`"""c`$x"; \'it\'\'s $x\'', ['a\tb""c$x', "it's $x"]),
    "here-strings": ('$x = 1\n@"\na $x\n"b"\n"@\n@\'\n$x\n\'@', ['a 1\n"b"', "$x"]),
    "methods": (
        "' a '.Trim(); 'abc'.Substring(1, 1); 'a-b'.Split('-'); 'abc'.Contains('B'); 'abc'.IndexOf('c'); 'x'.PadLeft(3, '0')",
        ["a", "b", "a", "b", False, 2, "00x"],
    ),
    "statics": (
        "[string]::IsNullOrEmpty(''); [string]::Join('+', (1, 2)); [math]::Round(2.5); [math]::Round(1.255, 2)",
        [True, "1+2", 2.0, 1.25],
    ),
    "Base64 and encodings": (
        "[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('日本')); [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('QQA='))",
        ["5pel5pys", "A"],
    ),
    "code page 932": (
        "[BitConverter]::ToString([Text.Encoding]::GetEncoding(932).GetBytes('表'))",
        ["95-5C"],
    ),
}


@pytest.mark.parametrize(("script", "expected"), [*COMPARING.values()], ids=[*COMPARING])
def test_comparison(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("script", "expected"), [*COUNTING.values()], ids=[*COUNTING])
def test_arithmetic(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("script", "expected"), [*TEXT.values()], ids=[*TEXT])
def test_text(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected
