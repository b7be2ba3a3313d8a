"""The syntax tree: one frozen class per construct, each with the line where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any construct."""

    line: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A literal; `written` is its text in an argument, as an external program gets it."""

    value: Any
    written: str = ""


@dataclass(frozen=True, slots=True)
class Interpolated(Node):
    """A string with expressions in it."""

    parts: tuple[str | Node, ...]


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """$name, $scope:name; `splat` for @name."""

    scope: str
    name: str
    splat: bool = False


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """[name]."""

    name: str


@dataclass(frozen=True, slots=True)
class Cast(Node):
    """[type]value."""

    type_name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """An operator before its operand."""

    operator: str
    value: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands; `operator` is in lower case and without its dash, ceq and ieq kept apart."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Increment(Node):
    """++ and --."""

    target: Node
    step: int
    before: bool


@dataclass(frozen=True, slots=True)
class ArrayLiteral(Node):
    """a, b, c."""

    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ArrayExpression(Node):
    """@( … )."""

    body: Statements


@dataclass(frozen=True, slots=True)
class SubExpression(Node):
    """$( … )."""

    body: Statements


@dataclass(frozen=True, slots=True)
class Paren(Node):
    """( … )."""

    value: Node


@dataclass(frozen=True, slots=True)
class HashLiteral(Node):
    """@{ key = value }."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Member(Node):
    """value.name, [type]::name."""

    value: Node
    name: Node
    static: bool


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """value.name(arguments), [type]::name(arguments)."""

    value: Node
    name: Node
    arguments: tuple[Node, ...]
    static: bool


@dataclass(frozen=True, slots=True)
class Index(Node):
    """value[index]."""

    value: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """[Name(a, key = b)] on a parameter, or a [type] there (`arguments` is None)."""

    name: str
    arguments: tuple[Node, ...] | None
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """One parameter of a function, script or script block."""

    name: str
    attributes: tuple[Attribute, ...]
    default: Node | None


@dataclass(frozen=True, slots=True)
class Block(Node):
    """What stands in a script, a function or { … }; `end` is the ordinary body."""

    text: str
    attributes: tuple[Attribute, ...]
    parameters: tuple[Parameter, ...]
    begin: Statements | None
    process: Statements | None
    end: Statements | None


@dataclass(frozen=True, slots=True)
class Statements(Node):
    """Statements in a row."""

    statements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Redirection(Node):
    """2>&1, > $null, 2> file: `source` is a stream's number or "*"."""

    source: str
    merge: bool
    append: bool
    target: Node | None


@dataclass(frozen=True, slots=True)
class CommandArgument(Node):
    """One word of a command: a parameter's name, a value, or a name with its value (-Name:value)."""

    parameter: str | None
    value: Node | None


@dataclass(frozen=True, slots=True)
class Command(Node):
    """A call by name; `operator` is "&", "." or ""."""

    operator: str
    name: Node
    arguments: tuple[CommandArgument, ...]
    redirections: tuple[Redirection, ...]


@dataclass(frozen=True, slots=True)
class Expression(Node):
    """An expression as a pipeline's element."""

    value: Node
    redirections: tuple[Redirection, ...]


@dataclass(frozen=True, slots=True)
class Pipeline(Node):
    """Elements joined by |."""

    elements: tuple[Expression | Command, ...]


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """target = statement; `operator` is "=", "+=", …"""

    target: Node
    operator: str
    value: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """if, elseif and else."""

    branches: tuple[tuple[Node, Statements], ...]
    otherwise: Statements | None


@dataclass(frozen=True, slots=True)
class Switch(Node):
    """switch; a clause without condition is the default."""

    flags: frozenset[str]
    value: Node
    clauses: tuple[tuple[Node | None, Statements], ...]
    label: str


@dataclass(frozen=True, slots=True)
class ForEach(Node):
    """foreach ($variable in values)."""

    variable: Variable
    values: Node
    body: Statements
    label: str


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """for, while, do-while and do-until."""

    first: Node | None
    condition: Node | None
    step: Node | None
    body: Statements
    body_first: bool
    until: bool
    label: str


@dataclass(frozen=True, slots=True)
class Try(Node):
    """try, catch and finally; a catch without types takes everything."""

    body: Statements
    catches: tuple[tuple[tuple[str, ...], Statements], ...]
    final: Statements | None


@dataclass(frozen=True, slots=True)
class Function(Node):
    """function and filter."""

    name: str
    body: Block


@dataclass(frozen=True, slots=True)
class Jump(Node):
    """return, break, continue, exit and throw."""

    kind: str
    value: Node | None
    label: str = ""
