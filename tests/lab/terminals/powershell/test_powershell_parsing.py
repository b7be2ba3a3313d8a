"""The parser: what it refuses, what it reads of other people's scripts, and the check of our own."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
import tree_sitter_pwsh
from tree_sitter import Language, Parser

from unyo.lab.terminals.powershell.errors import OutsideSubset, ParseError
from unyo.lab.terminals.powershell.parsing import parse
from unyo.lab.terminals.powershell.syntax import file_problems, problems

ROOT = Path(__file__).parents[4]
OURS = sorted((ROOT / "scripts" / "windows").rglob("*.ps1"))
COLLECTIONS = find_spec("ansible_collections")
SHIPPED = Path(next(iter((COLLECTIONS and COLLECTIONS.submodule_search_locations) or ["missing"])))
THEIRS = [
    path for name in ("ansible", "community") for path in sorted((SHIPPED / name / "windows").rglob("*.ps*1"))
]

WRONG = {
    "an open brace": ("if ($x) {\n 1", "line 1: Missing closing '}' in statement block or type definition."),
    "an open string": ("\n$x = 'abc", "line 2: The string is missing the terminator: '."),
    "an open parenthesis": ("Foo (1", "line 1: Missing closing ')' in expression."),
    "an operator without operand": ("$x = 1 +", "line 1: An expression was expected."),
    "an empty pipe": ("Get-Item |", "line 1: An empty pipe element is not allowed."),
    "&& of newer versions": (
        "a && b",
        "line 1: The token '&&' is not a valid statement separator in this version.",
    ),
    "?? of newer versions": ("$x ?? 1", "line 1: Unexpected token '??' in expression or statement."),
    "a colon behind a variable in text": (
        '"$x: y"',
        "line 1: Variable reference is not valid. ':' was not followed by a valid variable name character. "
        "Consider using ${} to delimit the name.",
    ),
    "a hashtable without =": ("@{ a 1 }", "line 1: Missing '=' operator after key in hash literal."),
    "try alone": ("try { 1 }", "line 1: The Try statement is missing its Catch or Finally block."),
    "a closing brace too many": ("1 }", "line 1: Unexpected token '}' in expression or statement."),
}


@pytest.mark.parametrize(("text", "problem"), [*WRONG.values()], ids=[*WRONG])
def test_what_is_not_powershell_is_named_with_its_line(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_there_are_scripts_to_read() -> None:
    assert len(OURS) > 5
    assert len(THEIRS) > 100


@pytest.mark.parametrize("path", THEIRS, ids=lambda path: path.name)
def test_scripts_of_ansibles_collections_are_read(path: Path) -> None:
    with suppress(OutsideSubset):
        parse(path.read_text(encoding="utf-8-sig"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_scripts_are_read_by_this_and_by_another_parser(path: Path) -> None:
    parse(path.read_text(encoding="utf-8"))
    assert not Parser(Language(tree_sitter_pwsh.language())).parse(path.read_bytes()).root_node.has_error


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_scripts_without_their_last_brace_are_refused(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    with pytest.raises(ParseError):
        parse("".join(text.rsplit("}", 1)))


def test_powershell_inside_yaml_is_checked(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.yml"
    tasks.write_text(
        "- name: Good\n  ansible.windows.win_powershell:\n    script: |\n      $x = {{ wanted | to_json }}\n"
        "- name: Bad\n  ansible.windows.win_shell: 'if (1) {'\n"
        "- name: Command prompt\n  ansible.windows.win_shell: 'if (1) {'\n  args:\n    executable: cmd.exe\n"
        '- block:\n    - name: Inner\n      ansible.windows.win_command: powershell.exe -Command "1 +"\n'
        "  vars:\n    secret: !vault abc\n",
        encoding="utf-8",
    )
    assert [problem.split(": ", 1)[1] for problem in file_problems(tasks)] == [
        "task \"Bad\": line 1: Missing closing '}' in statement block or type definition.",
        'task "Inner": line 1: An expression was expected.',
    ]
