"""What is output, and what becomes of arrays and nothing on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Output = Callable[[str], list[Any]]

UNROLLING = {
    "every value that nobody takes is output": ("1; 'a'; $x = 2; $x", [1, "a", 2]),
    "arrays are put out by their elements": ("1, 2; @(3)", [1, 2, 3]),
    "an inner array stays whole": ("(1, (2, 3)).Count; 1, (2, 3) | ForEach-Object { $_.Count }", [2, 1, 2]),
    "hashtables are not enumerated": ("(@{a=1;b=2} | ForEach-Object { $_.Count })", [2]),
    "text is not enumerated": ("'abc' | ForEach-Object { $_.Length }", [3]),
    "one element is unwrapped by a call": ("function F { @(7) }; (F).GetType().Name", ["Int32"]),
    "several elements become an array": ("function F { 1; 2 }; $x = F; $x.GetType().Name", ["Object[]"]),
    "a unary comma keeps an array whole": ("function F { ,@(7) }; (F).GetType().Name", ["Object[]"]),
    "an assigned expression is not unwrapped": ("$x = @(7); $x.GetType().Name", ["Object[]"]),
    "if as a value": ("$x = if ($true) { 1, 2 } else { 3 }; $x.Count", [2]),
    "a hash literal's arrays stay arrays": ("@{ a = @(1) }.a.GetType().Name", ["Object[]"]),
    "an unused method result is output": (
        "function F { $l = New-Object System.Collections.ArrayList; $l.Add('x'); 'end' }; F",
        [0, "end"],
    ),
    "[void] and Out-Null swallow": (
        "$l = New-Object System.Collections.ArrayList; [void]$l.Add(1); $l.Add(2) | Out-Null; $l.Add(3) > $null; $l.Count",
        [3],
    ),
    "List[T].Add gives nothing": (
        "$l = [System.Collections.Generic.List[object]]::new(); $l.Add(1); $l.Count",
        [1],
    ),
    "++ on its own line is silent, in parentheses not": ("$i = 1; $i++; ($i++); $i", [2, 3]),
    "an assignment in parentheses is output": ("($x = 5)", [5]),
    "return puts out its value and ends": ("function F { 1; return 2; 3 }; F", [1, 2]),
    "return in ForEach-Object ends only that turn": (
        "1..3 | ForEach-Object { if ($_ -eq 2) { return }; $_ }",
        [1, 3],
    ),
    "Select-Object -First stops what comes before": (
        "$n = 0; 1..100 | ForEach-Object { $script:n++; $_ } | Select-Object -First 2; $n",
        [1, 2, 2],
    ),
}

NOTHING = {
    "$null goes through a pipeline": ("@($null | ForEach-Object { 'turn' }).Count", [1]),
    "no output does not": ("$x = & { }; @($x | ForEach-Object { 'turn' }).Count", [0]),
    "no output equals $null": ("$x = & { }; $null -eq $x", [True]),
    "@($null) has one element, @() of no output none": ("$x = & { }; @($null).Count; @($x).Count", [1, 0]),
    "an empty array in a call is no output": ("function F { @() }; $null -eq (F)", [True]),
    "an argument turns no output into $null": (
        "function F($a) { @($a | ForEach-Object { 1 }).Count }; $x = & { }; F $x",
        [1],
    ),
    "foreach over $null has no turn": ("foreach ($x in $null) { 'turn' }; 'end'", ["end"]),
    "foreach over a command that puts out $null has one": (
        "function F { $null }; foreach ($x in F) { 'turn' }",
        ["turn"],
    ),
    "Count of $null, one thing and many": ("$null.Count; (5).Count; 'abc'.Count; (1, 2).Count", [0, 1, 1, 2]),
    "a custom object has no Count in 5.1": ("$null -eq ([pscustomobject]@{ a = 1 }).Count", [True]),
    "indexing one thing": ("(5)[0]; (5)[-1]; @((5)[1]).Count", [5, 5, 0]),
    "indexing": ("$a = 10, 20, 30; $a[-1]; $a[0, 2]; $a[1..2]; $null -eq $a[9]", [30, 10, 30, 20, 30, True]),
    "adding to nothing": (
        "$x = $null; $x += 1; $x.GetType().Name; $a = @(); $a += 1; $a += 2, 3; $a.Count",
        ["Int32", 3],
    ),
    "a property of the elements": ("(@{n=1}, @{n=2}).n; $null -eq (@{n=1}, @{n=2}).m", [1, 2, True]),
}

SCOPES = {
    "a block called by & has its own scope": ("$x = 1; & { $x = 2 }; $x", [1]),
    "a block called by . has not": ("$x = 1; . { $x = 2 }; $x", [2]),
    "ForEach-Object has not": ("$x = 0; 1..3 | ForEach-Object { $x += $_ }; $x", [6]),
    "functions read their caller's variables": (
        "function F { $x }; function G { $x = 'g'; F }; $x = 's'; F; G",
        ["s", "g"],
    ),
    "script: writes the script's": ("$x = 1; function F { $script:x = 2 }; F; $x", [2]),
    "a typed variable converts for good": ("[int]$x = '5'; $x = '6'; $x + 1", [7]),
    "several targets": ("$a, $b = 1, 2, 3; $a; $b", [1, 2, 3]),
    "env: is text": (
        "$env:UNYO = 5; $env:UNYO.GetType().Name; $env:unyo; Test-Path env:UNYO",
        ["String", "5", True],
    ),
    "splatting": (
        'function F($a, $b) { "$a/$b" }; $p = @{ b = 2; a = 1 }; F @p; $l = 3, 4; F @l',
        ["1/2", "3/4"],
    ),
    "$args": ("function F { $args.Count; $args[1] }; F a b c", [3, "b"]),
}


@pytest.mark.parametrize(("script", "expected"), [*UNROLLING.values()], ids=[*UNROLLING])
def test_output_is_unrolled(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("script", "expected"), [*NOTHING.values()], ids=[*NOTHING])
def test_nothing_and_null_differ(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("script", "expected"), [*SCOPES.values()], ids=[*SCOPES])
def test_scopes_and_assignments(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected
