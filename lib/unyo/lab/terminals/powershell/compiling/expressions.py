"""Expressions: literals, operators, members, calls, indexes, casts."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.powershell import dotnet, members
from unyo.lab.terminals.powershell.casting import find_caster
from unyo.lab.terminals.powershell.comparisons import filtering
from unyo.lab.terminals.powershell.compiling.registry import (
    EXPRESSIONS,
    Evaluate,
    captured,
    expression,
    statement,
    value_of,
)
from unyo.lab.terminals.powershell.compiling.variables import store
from unyo.lab.terminals.powershell.conversion import elements, is_list, to_bool, to_number, to_text
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import Frame
from unyo.lab.terminals.powershell.operators import OPERATORS, add, split_words, subtract
from unyo.lab.terminals.powershell.parsing import tree
from unyo.lab.terminals.powershell.patterns import matches_of, regex
from unyo.lab.terminals.powershell.values import NOTHING, Item, NetType, Table, UInt32, UInt64


def compile_constant(node: tree.Constant) -> Evaluate:
    value = node.value
    return lambda frame: value


def compile_interpolated(node: tree.Interpolated) -> Evaluate:
    parts = [part if isinstance(part, str) else expression(part) for part in node.parts]

    def evaluate(frame: Frame) -> str:
        texts = []
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
            else:
                value = part(frame)
                if type(value) is str:
                    texts.append(value)
                elif is_list(value):
                    texts.append(to_text(value, to_text(frame.get("ofs", " "))))
                else:
                    texts.append(to_text(value))
        return "".join(texts)

    return evaluate


def compile_paren(node: tree.Paren) -> Evaluate:
    return value_of(node.value)


def compile_array(node: tree.ArrayLiteral) -> Evaluate:
    values = [expression(each) for each in node.values]

    def evaluate(frame: Frame) -> list[Any]:
        return [None if (value := each(frame)) is NOTHING else value for each in values]

    return evaluate


def compile_array_expression(node: tree.ArrayExpression) -> Evaluate:
    run = statement(node.body)

    def evaluate(frame: Frame) -> list[Any]:
        out: list[Any] = []
        run(frame, out)
        return out

    return evaluate


def compile_hash(node: tree.HashLiteral) -> Evaluate:
    entries = [(expression(key), value_of(value), key.line) for key, value in node.entries]

    def evaluate(frame: Frame) -> Table:
        table = Table()
        for key, value, _ in entries:
            name = key(frame)
            if name is None or name is NOTHING:
                raise PowerShellError(
                    "A null key is not allowed in a hash literal.",
                    "InvalidOperation",
                    fully_qualified_id="InvalidNullKey",
                    terminating=True,
                )
            if name in table:
                raise PowerShellError(
                    f"Duplicate keys '{to_text(name)}' are not allowed in hash literals.",
                    "InvalidOperation",
                    fully_qualified_id="DuplicateKeyInHashLiteral",
                    terminating=True,
                )
            found = value(frame)
            table[name] = None if found is NOTHING else found
        return table

    return evaluate


def compile_type(node: tree.TypeName) -> Evaluate:
    name = resolve_type(node.name)
    if name is None:
        return lambda frame: frame.session.unsupported(f"type [{node.name}]", node.line)
    value = NetType(name)
    return lambda frame: value


def resolve_type(name: str) -> str | None:
    """The full name of a type, generic arguments and [] kept."""
    bare, bracket, arguments = name.partition("[")
    full = dotnet.full_type(bare)
    return None if full is None else full + bracket + arguments


def compile_cast(node: tree.Cast) -> Evaluate:
    cast, value = find_caster(node.type_name), expression(node.value)
    if cast is None:
        return lambda frame: frame.session.unsupported(f"cast to [{node.type_name}]", node.line)
    if node.type_name.lower() == "pscustomobject" or node.type_name.lower() == "void":
        return lambda frame: cast(value(frame))

    def evaluate(frame: Frame) -> Any:
        found = value(frame)
        return cast(None if found is NOTHING else found)

    return evaluate


def compile_unary(node: tree.Unary) -> Evaluate:
    value = expression(node.value)
    if node.operator == "not":
        return lambda frame: not to_bool(value(frame))
    if node.operator == ",":
        return lambda frame: [None if (found := value(frame)) is NOTHING else found]
    if node.operator == "-":
        return lambda frame: subtract(0, value(frame))
    if node.operator == "+":
        return lambda frame: to_number(value(frame))
    if node.operator == "bnot":
        return lambda frame: _complement(to_number(value(frame)))
    if node.operator == "join":
        return lambda frame: "".join(to_text(each) for each in elements(value(frame)))
    return lambda frame: split_words(value(frame))


def _complement(number: Any) -> Any:
    if isinstance(number, UInt32):
        return UInt32(~number & 0xFFFFFFFF)
    if isinstance(number, UInt64):
        return UInt64(~number & 0xFFFFFFFFFFFFFFFF)
    return type(number)(~number)


def compile_binary(node: tree.Binary) -> Evaluate:
    left, right = expression(node.left), expression(node.right)
    if node.operator == "and":
        return lambda frame: to_bool(left(frame)) and to_bool(right(frame))
    if node.operator == "or":
        return lambda frame: to_bool(left(frame)) or to_bool(right(frame))
    word = node.operator
    if word.endswith("match"):
        return _match(left, right, cased=word.startswith("c"), wanted="not" not in word)
    work = OPERATORS[word]
    return lambda frame: work(left(frame), right(frame))


def _match(left: Evaluate, right: Evaluate, cased: bool, wanted: bool) -> Evaluate:
    """-match: on one value it sets $Matches, on a list it filters."""

    def evaluate(frame: Frame) -> Any:
        value, pattern = left(frame), right(frame)
        compiled = regex(to_text(pattern), not cased) if not hasattr(pattern, "search") else pattern
        if is_list(value):
            return filtering(lambda each, _: (compiled.search(to_text(each)) is not None) == wanted)(
                value, None
            )
        found = compiled.search(to_text(value))
        if found is not None:
            frame.variables["matches"] = matches_of(found)
        return (found is not None) == wanted

    return evaluate


def compile_increment(node: tree.Increment) -> Evaluate:
    value, put, step, before = expression(node.target), store(node.target), node.step, node.before

    def evaluate(frame: Frame) -> Any:
        old = value(frame)
        new = add(0 if old is None else old, step)
        put(frame, new)
        return new if before else (0 if old is None else old)

    return evaluate


def compile_member(node: tree.Member) -> Evaluate:
    line = node.line
    name = _name(node.name)
    if node.static:
        return _static_member(node)
    value = expression(node.value)
    if not isinstance(name, str):
        return lambda frame: _read(value(frame), to_text(name(frame)), frame, line)
    folded = name.lower()

    def evaluate(frame: Frame) -> Any:
        owner = value(frame)
        kind = type(owner)
        if kind is Item or kind is Table:
            entries = owner.properties._entries if kind is Item else owner._entries
            entry = entries.get(folded)
            if entry is not None:
                return entry[1]
        return _read(owner, name, frame, line)

    return evaluate


def _read(owner: Any, name: str, frame: Frame, line: int) -> Any:
    return members.read(None if owner is NOTHING else owner, name, frame.session, line)


def _name(node: tree.Node) -> str | Evaluate:
    return to_text(node.value) if isinstance(node, tree.Constant) else expression(node)


def _static_member(node: tree.Member) -> Evaluate:
    line, owner, name = node.line, expression(node.value), expression(node.name)

    def evaluate(frame: Frame) -> Any:
        kind = owner(frame)
        type_name = kind.name if isinstance(kind, NetType) else to_text(kind)
        return members.read_static(type_name, to_text(name(frame)), frame.session, line)

    return evaluate


def compile_invoke(node: tree.Invoke) -> Evaluate:
    line, owner, name = node.line, expression(node.value), expression(node.name)
    arguments = [expression(each) for each in node.arguments]
    static = node.static

    def evaluate(frame: Frame) -> Any:
        value = owner(frame)
        given = [None if (each := argument(frame)) is NOTHING else each for argument in arguments]
        try:
            if static:
                type_name = value.name if isinstance(value, NetType) else to_text(value)
                return members.call_static(type_name, to_text(name(frame)), given, frame.session, line)
            return members.call(value, to_text(name(frame)), given, frame.session, line)
        except PowerShellError as error:
            error.line = error.line or line
            raise

    return evaluate


def compile_index(node: tree.Index) -> Evaluate:
    value, key = expression(node.value), expression(node.index)
    return lambda frame: members.index(value(frame), key(frame), frame.session)


def compile_sub_expression(node: tree.SubExpression) -> Evaluate:
    return captured(statement(node.body))


EXPRESSIONS.update(
    {
        tree.Constant: compile_constant,
        tree.Interpolated: compile_interpolated,
        tree.Paren: compile_paren,
        tree.ArrayLiteral: compile_array,
        tree.ArrayExpression: compile_array_expression,
        tree.SubExpression: compile_sub_expression,
        tree.HashLiteral: compile_hash,
        tree.TypeName: compile_type,
        tree.Cast: compile_cast,
        tree.Unary: compile_unary,
        tree.Binary: compile_binary,
        tree.Increment: compile_increment,
        tree.Member: compile_member,
        tree.Invoke: compile_invoke,
        tree.Index: compile_index,
    }
)
