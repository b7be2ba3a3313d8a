"""Expressions: operators by precedence, casts, members, indexes, arrays and hashtables."""

from __future__ import annotations

import re

from unyo.lab.terminals.powershell.parsing.literals import DOUBLE_QUOTES, SINGLE_QUOTES, LiteralReader
from unyo.lab.terminals.powershell.parsing.tree import (
    ArrayExpression,
    ArrayLiteral,
    Binary,
    Block,
    Cast,
    Constant,
    HashLiteral,
    Increment,
    Index,
    Invoke,
    Member,
    Node,
    Paren,
    SubExpression,
    TypeName,
    Unary,
)

DASH_WORD = re.compile(r"-([A-Za-z]+)(?![\w-])")
MEMBER_NAME = re.compile(r"\w+")
HASH_KEY = re.compile(r"[A-Za-z_][\w-]*")
TYPE_START = re.compile(r"\[\s*[A-Za-z_]")
COMPARISONS = {
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "like",
    "notlike",
    "match",
    "notmatch",
    "contains",
    "notcontains",
}
COMPARISONS |= {"in", "notin", "replace", "split"}
CASED = {f"{case}{word}" for case in "ci" for word in COMPARISONS}
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"and", "or", "xor"}),
    frozenset({"band", "bor", "bxor"}),
    frozenset(COMPARISONS | CASED | {"is", "isnot", "as", "join", "shl", "shr"}),
    frozenset("+-"),
    frozenset("*/%"),
    frozenset({"f"}),
    frozenset({".."}),
)
UNARY_WORDS = frozenset({"not", "bnot", "split", "isplit", "csplit", "join"})


class ExpressionReader(LiteralReader):
    """Reads expressions."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.commas = True

    def statement(self) -> Node:
        """One statement."""
        raise NotImplementedError

    def pipeline_statement(self) -> Node:
        """A pipeline or an assignment."""
        raise NotImplementedError

    def block(self, close: str = "}") -> Block:
        """What stands inside { … }, up to and with the closing brace."""
        raise NotImplementedError

    def expression(self, commas: bool = True) -> Node:
        """An expression; without `commas` it ends at the first comma."""
        before, self.commas = self.commas, commas
        try:
            return self._level(0)
        finally:
            self.commas = before

    def _level(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._array()
        left = self._level(level + 1)
        while True:
            begin = self.at
            self.blanks()
            line = self.line
            operator = self._operator(LEVELS[level])
            if operator is None:
                self.at = begin
                return left
            self.lines()
            left = Binary(line, operator, left, self._level(level + 1))

    def _operator(self, words: frozenset[str]) -> str | None:
        """Read one of these operators, if one stands here."""
        character = self.peek()
        if character == "-":
            found = DASH_WORD.match(self.text, self.at)
            if found is not None:
                word = found[1].lower()
                if word not in words:
                    return None
                self.at = found.end()
                return word
        if character == ".":
            return ".." if ".." in words and self.take("..") else None
        if (
            character in words
            and self.peek(2) not in ("++", "--")
            and self.text[self.at + 1 : self.at + 2] != "="
        ):
            self.at += 1
            return character
        return None

    def _array(self) -> Node:
        line = self.line
        first = self.unary()
        if not self.commas:
            return first
        values = [first]
        while True:
            begin = self.at
            self.blanks()
            if not self.take(","):
                self.at = begin
                return first if len(values) == 1 else ArrayLiteral(line, tuple(values))
            self.lines()
            values.append(self.unary())

    def unary(self) -> Node:
        """An operand with the operators before it."""
        line = self.line
        character = self.peek()
        if character == "-":
            found = DASH_WORD.match(self.text, self.at)
            if found is not None and found[1].lower() in UNARY_WORDS:
                self.at = found.end()
                return self._unary(line, found[1].lower())
        if self.peek(2) in ("++", "--"):
            step = 1 if character == "+" else -1
            self.at += 2
            self.blanks()
            return Increment(line, self.unary(), step, True)
        if character == "," and self.commas:
            self.at += 1
            return self._unary(line, ",")
        if character and character in "!+-":
            self.at += 1
            if character == "-":
                number = self.number()
                if number is not None:
                    return self._after(Constant(line, -number.value, f"-{number.written}"))
            return self._unary(line, "not" if character == "!" else character)
        if character == "[" and TYPE_START.match(self.text, self.at):
            return self._typed(line)
        return self._after(self.primary())

    def _unary(self, line: int, operator: str) -> Node:
        self.lines()
        return Unary(line, operator, self.unary())

    def _typed(self, line: int) -> Node:
        """[type], [type]::member or a cast."""
        name = self.type_name()
        if self.looking_at("::") or (self.looking_at(".") and not self.looking_at("..")):
            return self._after(TypeName(line, name))
        begin = self.at
        self.blanks()
        if self._begins_operand():
            return Cast(line, name, self.unary())
        self.at = begin
        return TypeName(line, name)

    def _begins_operand(self) -> bool:
        character = self.peek()
        if character == "-":
            word = DASH_WORD.match(self.text, self.at)
            return word is None or word[1].lower() in UNARY_WORDS - {"split", "join"}
        if character == "@":
            return self.peek(2) in ("@(", "@{", '@"', "@'")
        return bool(character) and (character in "$([{!+'\"" or character.isdigit())

    def type_name(self) -> str:
        """[name], with its brackets; gives the name."""
        begin, depth = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            depth += (character == "[") - (character == "]")
            self.at += 1
            if depth == 0:
                return re.sub(r"\s+", "", self.text[begin + 1 : self.at - 1])
            if character in "\r\n;{}":
                break
        return self.fail("Missing ] at end of attribute or type literal.", begin)

    def primary(self) -> Node:
        """A literal, a variable, or something in brackets."""
        line, character = self.line, self.peek()
        if character == "$":
            return self._dollar(line)
        if character and character in SINGLE_QUOTES:
            return self.single_quoted()
        if character and character in DOUBLE_QUOTES:
            return self.double_quoted()
        if character == "(":
            return self._paren(line)
        if character == "@":
            return self._at_sign(line)
        if character == "{":
            self.at += 1
            return self.block()
        number = self.number()
        if number is None:
            self.unexpected()
        return number

    def _dollar(self, line: int) -> Node:
        if self.take("$("):
            return SubExpression(line, self.statements_in(")"))
        found = self.variable()
        if found is None:
            self.unexpected()
        return found

    def _paren(self, line: int) -> Node:
        begin = self.at
        self.at += 1
        before, self.commas = self.commas, True
        self.lines()
        value = self.pipeline_statement()
        self.lines()
        if not self.take(")"):
            self.fail("Missing closing ')' in expression.", begin if self.at >= len(self.text) else None)
        self.commas = before
        return Paren(line, value)

    def _at_sign(self, line: int) -> Node:
        here = self.here_string()
        if here is not None:
            return here
        if self.take("@("):
            return ArrayExpression(line, self.statements_in(")"))
        if self.take("@{"):
            return self._hash(line)
        return self.unexpected()

    def _hash(self, line: int) -> Node:
        begin = self.at
        before, self.commas = self.commas, True
        entries: list[tuple[Node, Node]] = []
        while True:
            self.separators()
            if self.take("}"):
                self.commas = before
                return HashLiteral(line, tuple(entries))
            if self.at >= len(self.text):
                self.fail("The hash literal was incomplete.", begin)
            key_line = self.line
            word = self.match(HASH_KEY)
            key: Node = Constant(key_line, word.group()) if word else self.unary()
            self.lines()
            self.expect("=", "Missing '=' operator after key in hash literal.")
            self.lines()
            if self.peek() in ("}", ";"):
                self.fail("Missing statement after '=' in hash literal.")
            entries.append((key, self.statement()))
            self.blanks()
            if self.peek() not in ("}", ";", "\r", "\n", ""):
                self.unexpected()

    def _after(self, value: Node) -> Node:
        """Members, calls, indexes and ++ or -- behind a value; no white space stands before them."""
        while True:
            line = self.line
            if self.looking_at("::") or (self.looking_at(".") and not self.looking_at("..")):
                begin = self.at
                static = self.take("::")
                if not static:
                    self.at += 1
                name = self._member_name()
                if name is None:
                    self.at = begin
                    if static:
                        self.fail("Missing property name after reference operator.")
                    return value
                value = self._member(line, value, name, static)
            elif self.looking_at("["):
                self.at += 1
                self.lines()
                index = self.expression()
                self.lines()
                self.expect("]", "Missing ']' after array index expression.")
                value = Index(line, value, index)
            elif self.looking_at("++") or self.looking_at("--"):
                step = 1 if self.looking_at("++") else -1
                self.at += 2
                return Increment(line, value, step, False)
            else:
                return value

    def _member(self, line: int, value: Node, name: Node, static: bool) -> Node:
        if self.take("("):
            return Invoke(line, value, name, self._call_arguments(), static)
        return Member(line, value, name, static)

    def _member_name(self) -> Node | None:
        line = self.line
        word = self.match(MEMBER_NAME)
        if word is not None:
            return Constant(line, word.group())
        if self.peek() and self.peek() in "$('\"":
            return self.primary()
        return None

    def _call_arguments(self) -> tuple[Node, ...]:
        begin = self.at
        arguments: list[Node] = []
        self.lines()
        while not self.take(")"):
            if self.at >= len(self.text):
                self.fail("Missing ')' in method call.", begin)
            arguments.append(self.expression(commas=False))
            self.lines()
            if self.take(","):
                self.lines()
            elif not self.looking_at(")"):
                self.fail("Missing ')' in method call.")
        return tuple(arguments)
