"""Registered cmdlets and programs, and what is refused because it is not simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import pytest

from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell import commands
from unyo.lab.terminals.powershell.commands import Call, ProgramCall, command, program
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.shell import Ran

RunScript = Callable[..., Ran]


@pytest.fixture(autouse=True)
def made_up_commands() -> Iterator[None]:
    commands.load()

    @command(
        "Get-Thing",
        positional=("Name",),
        named=("Kind",),
        switches=("Full",),
        aliases=("gth",),
        pipeline="Name",
    )
    def get_thing(call: Call) -> Iterator[Any]:
        for name in call.each("Name"):
            if name == "missing":
                call.write_error(PowerShellError("gone", "ObjectNotFound", name, "ThingNotFound"))
            else:
                yield f"{name}/{call.get('Kind', '-')}/{call.given('Full')}"

    @program("thing.exe")
    def thing(call: ProgramCall) -> int:
        for argument in call.arguments:
            call.write(argument)
        if call.stdin:
            call.write(call.stdin.replace("\r\n", "|"))
        call.write_error("warned")
        return len(call.arguments)

    yield
    del commands.COMMANDS["get-thing"], commands.ALIASES["gth"], commands.PROGRAMS["thing.exe"]


BINDING = {
    "positions, names, switches": ("Get-Thing a -Kind k; Get-Thing -Full -Name b; gth c -Fu", ["a/k/False", "b/-/True", "c/-/True"]),
    "the pipeline": ("'a', 'b' | Get-Thing", ["a/-/False", "b/-/False"]),
    "a splat": ("$p = @{ Name = 'a'; Full = $true }; Get-Thing @p -Kind k", ["a/k/True"]),
    "an error does not stop it": ("Get-Thing a, missing, b -ErrorAction SilentlyContinue", ["a/-/False", "b/-/False"]),
    "unless Stop is asked for": ("try { Get-Thing a, missing, b -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }", ["a/-/False", "ThingNotFound"]),
}  # fmt: skip

PROGRAMS = {
    "words as they are": ('thing /a:b -x:y 010 "a b" $(1 + 1); $LASTEXITCODE', ["/a:b", "-x:y", "010", "a b", "2", 5]),
    "lists become words": ("$l = 'a', 'b'; & 'C:\\x\\thing.exe' $l; $?", ["a", "b", False]),
    "input": ("'a', 'b' | thing", ["a|b|"]),
    "2>$null fails in 5.1": ("thing 2>$null; $?; thing; $?", [False, True]),
    "2>&1": ("(thing 2>&1).GetType().Name", ["ErrorRecord"]),
    "2>&1 under Stop": ("$ErrorActionPreference = 'Stop'; try { thing 2>&1; 'on' } catch { $_.FullyQualifiedErrorId }", ["NativeCommandError"]),
}  # fmt: skip

BEYOND = {
    "a command": ("Get-Nonsense", "PowerShell command Get-Nonsense (line 1)"),
    "a parameter": ("1; \n'x' | Get-Thing -Colour red", "PowerShell parameter -Colour of Get-Thing (line 2)"),
    "a type": ("[System.Nonsense]::X", "PowerShell type [System.Nonsense] (line 1)"),
    "a static member": ("[math]::Nonsense(1)", "PowerShell [System.Math]::Nonsense() (line 1)"),
    "a method": ("'x'.Nonsense()", "PowerShell method Nonsense() of System.String (line 1)"),
    "a property of an object that has more": ("$Error.Nonsense; (1, 2 | Measure-Object).Nonsense", "PowerShell property Nonsense of Microsoft.PowerShell.Commands.GenericMeasureInfo (line 1)"),
    "a statement": ("class X { }", "PowerShell the statement 'class' (line 1)"),
    "a file": ("'x' > C:\\x.txt", "PowerShell redirection to > C:\\x.txt (line 1)"),
    "a regular expression of .NET": ("'ab' -match '(?<=a+)b'", "PowerShell regular expression (?<=a+)b: look-behind requires fixed-width pattern (line 0)"),
    "an automatic variable": ("$PSCulture", "PowerShell variable $psculture (line 1)"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), [*BINDING.values()], ids=[*BINDING])
def test_a_cmdlet_gets_its_arguments(script: str, expected: list[Any], run: RunScript) -> None:
    assert run(script).output == expected


@pytest.mark.parametrize(("script", "expected"), [*PROGRAMS.values()], ids=[*PROGRAMS])
def test_a_program_gets_its_words(script: str, expected: list[Any], run: RunScript) -> None:
    assert run(script).output == expected


@pytest.mark.parametrize(("script", "text"), [*BEYOND.values()], ids=[*BEYOND])
def test_what_is_not_simulated_is_refused_and_cannot_be_caught(
    script: str, text: str, run: RunScript
) -> None:
    with pytest.raises(Unsupported) as refused:
        run(script)
    assert str(refused.value) == f"SIMULATOR: unsupported {text}"
    with pytest.raises(Unsupported):
        run(f"try {{\n{script}\n}} catch {{ 'caught' }}")


def test_a_hundred_and_twenty_reads_take_little_time(run: RunScript) -> None:
    script = '$v = @{}; foreach ($i in 1..120) { $t = Get-Thing "n$i" -Kind k; if ($t -like \'n*\') { $v["r$i"] = $t } }; $v.Count'
    assert run(script).output == [120]
    began = perf_counter()
    run(script)
    assert perf_counter() - began < 0.2
