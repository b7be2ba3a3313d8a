"""Functions, parameters, loops and switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unyo.lab.terminals.powershell.shell import Ran

RunScript = Callable[..., Ran]
Output = Callable[[str], list[Any]]

PARAMETERS = {
    "names, positions, defaults": ("function F($a, $b = 2) { \"$a,$b\" }; F 1; F -b 3 4; F -a:5", ["1,2", "4,3", "5,2"]),
    "no comma in a default": ("function F { param([string]$a = 'x', [int]$b = 5, $c) \"$a$b$c\" }; F", ["x5"]),
    "positions by number": ("function F { param([Parameter(Position=1)]$a, [Parameter(Position=0)]$b) \"$a$b\" }; F 1 2", ["21"]),
    "beginnings of names": ("function F($First, $Second) { $Second }; F -Sec 7", [7]),
    "conversion": ("function F([int]$n, [string[]]$s) { $n + 1; $s.Count }; F '4' 'x'", [5, 1]),
    "unset typed parameters": ("function F([string]$s, [int]$n, [switch]$w) { $s.Length; $n; [bool]$w }; F", [0, 0, False]),
    "switches": ("function F([switch]$On) { $On.IsPresent }; F -On; F; F -On:$false", [True, False, False]),
    "$PSBoundParameters": ("function F($Abc, $b = 1) { $PSBoundParameters.Keys; $PSBoundParameters.ContainsKey('b') }; F -abc 1", ["Abc", False]),
    "pipeline objects": ("function F { param([Parameter(ValueFromPipeline)]$x) begin { 'b' } process { \"p$x\" } end { 'e' } }; 1, 2 | F", ["b", "p1", "p2", "e"]),
    "properties of pipeline objects": ("function F { param([Parameter(ValueFromPipelineByPropertyName)]$Name) process { $Name } }; [pscustomobject]@{ Name = 'n' } | F", ["n"]),
    "$input": ("function F { @($input).Count }; 1, 2, 3 | F", [3]),
    "filter": ("filter F { $_ * 2 }; 1, 2 | F", [2, 4]),
    "script blocks": ("$b = { param($x) $x + 1 }; & $b 1; $b.Invoke(2); & { $args[0] } 3", [2, 3, 3]),
    "recursion": ("function F($n) { if ($n -le 1) { 1 } else { $n * (F ($n - 1)) } }; F 10", [3628800]),
    "ScriptBlock::Create": ("& ([scriptblock]::Create('param($a) $a * 2')) 4", [8]),
}  # fmt: skip

REFUSED = {
    "a missing mandatory parameter": (
        "function F { param([Parameter(Mandatory)]$a) }; F",
        "MissingMandatoryParameter",
    ),
    "an empty mandatory text": (
        "function F { param([Parameter(Mandatory)][string]$a) }; F ''",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
    ),
    "an unknown name": ("function F { [CmdletBinding()] param($a) }; F -z 1", "NamedParameterNotFound"),
    "one argument too many": (
        "function F { [CmdletBinding()] param($a) }; F 1 2",
        "PositionalParameterNotFound",
    ),
    "a value outside the set": (
        "function F { param([ValidateSet('a', 'b')]$a) }; F c",
        "ParameterArgumentValidationError",
    ),
    "a value out of range": (
        "function F { param([ValidateRange(1, 5)][int]$a) }; F 6",
        "ParameterArgumentValidationError",
    ),
    "a value of another type": ("function F([int]$a) { }; F x", "ParameterArgumentTransformationError"),
}

LOOPS = {
    "for, continue, break": ("for ($i = 0; $i -lt 9; $i++) { if ($i -eq 1) { continue }; if ($i -eq 3) { break }; $i }", [0, 2]),
    "while and do": ("$i = 0; while ($i -lt 2) { $i++; $i }; do { $i-- } until ($i -le 0); $i; do { 'once' } while ($false)", [1, 2, 0, "once"]),
    "labels": (":outer foreach ($a in 1, 2) { foreach ($b in 1, 2) { if ($b -eq 2) { continue outer }; \"$a$b\" } }", ["11", "21"]),
    "a hashtable has one turn": ("foreach ($e in @{ a = 1; b = 2 }) { $e.Count }", [2]),
    "its entries": ("foreach ($e in ([ordered]@{ a = 1; b = 2 }).GetEnumerator()) { \"$($e.Key)$($e.Value)\" }", ["a1", "b2"]),
    "switch tests every clause": ("switch (2) { 1 { 'one' } 2 { 'two' } { $_ -gt 1 } { 'more' } default { 'other' } }", ["two", "more"]),
    "switch over a list": ("switch ('a', 'b', 'c') { 'a' { 1; continue } 'c' { break } default { 'd' } }", [1, "d"]),
    "switch by patterns": ("switch -Regex ('abc') { '^(a)' { $Matches[1] } }; switch -Wildcard ('abc') { 'a*' { 'w' } }", ["a", "w"]),
    "switch of text": ("switch ('ON') { on { 'yes' } }; $x = switch (1) { 1 { 'v' } }; $x", ["yes", "v"]),
}  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [*PARAMETERS.values()], ids=[*PARAMETERS])
def test_parameters(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("script", "identity"), [*REFUSED.values()], ids=[*REFUSED])
def test_arguments_are_refused(script: str, identity: str, run: RunScript) -> None:
    assert [error.fully_qualified_id for error in run(script).errors] == [identity]


@pytest.mark.parametrize(("script", "expected"), [*LOOPS.values()], ids=[*LOOPS])
def test_loops_and_switch(script: str, expected: list[Any], output: Output) -> None:
    assert output(script) == expected


def test_a_script_takes_named_arguments_and_input(run: RunScript) -> None:
    script = "[CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory)]$Parameters) $Parameters.x; $input.Count"
    assert run("param($a) $a; @($input).Count", {"a": 1}, [5, 6]).output == [1, 2]
    assert run(script, {}).fatal is not None


def test_should_process_is_false_under_what_if(run: RunScript) -> None:
    script = """
        function Set-It { [CmdletBinding(SupportsShouldProcess)] param($n)
            if ($PSCmdlet.ShouldProcess($n, 'Change')) { 'changed' } }
        Set-It a
        Set-It b -WhatIf"""
    ran = run(script)
    assert ran.output == ["changed"]
    assert ran.host == ['What if: Performing the operation "Change" on target "b".']


def test_ready_variables_are_seen_and_changed(run: RunScript) -> None:
    from unyo.lab.terminals.powershell.values import Item

    ansible = Item(properties={"Changed": True, "CheckMode": False, "Result": None})
    run("$Ansible.Changed = $false; $Ansible.Result = @{ a = 1 }", variables={"Ansible": ansible})
    assert ansible["Changed"] is False
    assert ansible["Result"]["a"] == 1


def test_standard_input_is_read_to_its_end(run: RunScript) -> None:
    assert run("[Console]::In.ReadToEnd().Length; [Console]::In.ReadToEnd()", stdin="abc").output == [3, ""]
