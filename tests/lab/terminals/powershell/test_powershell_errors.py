"""Errors: what ends a statement, what ends the script, what a catch sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unyo.lab.terminals.powershell.shell import Ran

RunScript = Callable[..., Ran]

CAUGHT = {
    "throw": ("try { throw 'no' } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }", ["no", "no"]),
    "by type": (
        "try { [int]'x' } catch [System.FormatException] { 1 } catch [System.InvalidCastException] { 2 }",
        [2],
    ),
    "the first catch that fits": (
        "try { throw [System.ArgumentException]::new('a') } catch [System.Exception] { 1 } catch { 2 }",
        [1],
    ),
    "a .NET exception is wrapped, its type still caught": (
        "try { [int]::Parse('x') } catch [System.FormatException] { $_.Exception.GetType().Name; $_.Exception.InnerException.Message }",
        ["MethodInvocationException", "Input string was not in a correct format."],
    ),
    "finally runs on every way out": ("function F { try { return 1 } finally { 'f' } }; F", [1, "f"]),
    "a catch can throw again": (
        "try { try { throw 'a' } catch { throw } } catch { \"outer $_\" }",
        ["outer a"],
    ),
    "an error in a called function reaches the caller's catch": (
        "function F { [int]'x'; 'after' }; try { F } catch { 'caught' }",
        ["caught"],
    ),
    "Write-Error is not terminating": (
        "try { Write-Error 'x' -ErrorAction SilentlyContinue; 'on' } catch { 'caught' }",
        ["on"],
    ),
    "unless Stop is asked for": (
        "try { Write-Error 'x' -ErrorAction Stop; 'on' } catch { $_.Exception.Message }",
        ["x"],
    ),
    "or preferred": (
        "$ErrorActionPreference = 'Stop'; try { Write-Error 'x'; 'on' } catch { 'caught' }",
        ["caught"],
    ),
    "$_ is back after the catch": ("1 | ForEach-Object { try { throw 'x' } catch { }; $_ }", [1]),
    "$Error and $?": (
        "Write-Error 'x' -ErrorAction SilentlyContinue; $?; $Error.Count; $Error[0].Exception.Message",
        [False, 1, "x"],
    ),
    "-ErrorVariable": ("Write-Error 'x' -ErrorAction SilentlyContinue -ErrorVariable e; $e.Count", [1]),
    "2>&1 makes records of errors": ("$r = Write-Error 'x' 2>&1; $r.GetType().Name", ["ErrorRecord"]),
    "categories": (
        "try { Write-Error 'x' -Category ObjectNotFound -ErrorId Gone -ErrorAction Stop } catch { $_.CategoryInfo.Category; $_.FullyQualifiedErrorId }",
        ["ObjectNotFound", "Gone"],
    ),
    "null has no methods": ("try { $null.Foo() } catch { $_.FullyQualifiedErrorId }", ["InvokeMethodOnNull"]),
    "a fixed array": (
        "try { (1, 2).Add(3) } catch { $_.Exception.InnerException.Message }",
        ["Collection was of a fixed size."],
    ),
    "a key twice": ("try { $h = @{ a = 1 }; $h.Add('A', 2) } catch { 'twice' }", ["twice"]),
    "division by zero": ("try { 1 / 0 } catch [System.DivideByZeroException] { 'zero' }", ["zero"]),
}

STRICT = {
    "an unset variable": ("$nope", "VariableIsUndefined"),
    "a missing property": ("([pscustomobject]@{ a = 1 }).b", "PropertyNotFoundStrict"),
    "Count of one thing": ("(5).Count", "PropertyNotFoundStrict"),
    "a property of no elements": ("@().Name", "PropertyNotFoundStrict"),
    "an index beyond the end": ("(1, 2)[5]", "System.IndexOutOfRangeException"),
}


@pytest.mark.parametrize(("script", "expected"), [*CAUGHT.values()], ids=[*CAUGHT])
def test_what_a_catch_sees(script: str, expected: list[Any], run: RunScript) -> None:
    ran = run(script)
    assert (ran.output, ran.errors) == (expected, [])


@pytest.mark.parametrize(("script", "identity"), [*STRICT.values()], ids=[*STRICT])
def test_strict_mode_refuses(script: str, identity: str, run: RunScript) -> None:
    assert run(
        f"Set-StrictMode -Version Latest; try {{ {script} }} catch {{ $_.FullyQualifiedErrorId }}"
    ).output == [identity]


@pytest.mark.parametrize("script", [script for script, _ in STRICT.values()], ids=[*STRICT])
def test_without_strict_mode_they_are_allowed(script: str, run: RunScript) -> None:
    assert run(f"$x = {script}; 'on'").errors == []


def test_strict_mode_2_allows_indexes_beyond_the_end(run: RunScript) -> None:
    assert run("Set-StrictMode -Version 2.0; $null -eq (1, 2)[5]").output == [True]


def test_an_error_in_a_statement_leaves_the_next_to_run(run: RunScript) -> None:
    ran = run("[int]'x'; 'next'")
    assert ran.output == ["next"]
    assert [error.message for error in ran.errors] == [
        'Cannot convert value "x" to type "System.Int32". Error: "Input string was not in a correct format."'
    ]
    assert ran.exit_code == 0


def test_throw_ends_the_script(run: RunScript) -> None:
    ran = run("function F { throw 'no' }; 'before'; F; 'after'")
    assert ran.output == ["before"]
    assert ran.fatal is not None
    assert (ran.fatal.message, ran.exit_code) == ("no", 1)


def test_stop_makes_every_error_end_the_script(run: RunScript) -> None:
    ran = run("$ErrorActionPreference = 'Stop'; Write-Error 'x'; 'after'")
    assert (ran.output, ran.exit_code) == ([], 1)


def test_exit_gives_its_code_from_inside_a_function(run: RunScript) -> None:
    ran = run("function F { exit 3 }; F; 'after'")
    assert (ran.output, ran.exit_code, ran.exited) == ([], 3, True)


def test_the_exit_code_is_1_where_the_last_command_failed(run: RunScript) -> None:
    assert run("Write-Error 'x' -ErrorAction SilentlyContinue").exit_code == 1
    assert run("Write-Error 'x' -ErrorAction SilentlyContinue; 'done'").exit_code == 0


def test_an_error_knows_its_line(run: RunScript) -> None:
    assert run("1\n\nthrow 'here'").errors[0].line == 3
