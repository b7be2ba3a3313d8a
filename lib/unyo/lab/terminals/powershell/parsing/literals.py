"""Numbers, strings and variables, as the tokenizer reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from unyo.lab.terminals.powershell.parsing.cursor import Cursor
from unyo.lab.terminals.powershell.parsing.tree import Constant, Interpolated, Node, SubExpression, Variable
from unyo.lab.terminals.powershell.values import Long

if TYPE_CHECKING:
    from unyo.lab.terminals.powershell.parsing.tree import Statements

NUMBER = re.compile(
    r"(?:0x(?P<hex>[0-9a-f]+)|(?P<real>(?:\d+\.(?!\.)\d*|\.\d+)(?:e[+-]?\d+)?|\d+e[+-]?\d+)|(?P<int>\d+))"
    r"(?P<suffix>[ld]?)(?P<multiple>[kmgtp]b)?(?![\w])",
    re.IGNORECASE,
)
VARIABLE = re.compile(r"\$(?:(?P<scope>\w+):(?=[\w?])(?!:))?(?P<name>[\w?]+|\$|\^)")
BRACED = re.compile(r"\$\{(?P<name>(?:`.|[^}`])+)\}", re.DOTALL)
SPLAT = re.compile(r"@(?:(?P<scope>\w+):(?!:))?(?P<name>[\w?]+)")
HERE_OPEN = re.compile(r"""@(["'])[ \t]*\r?\n""")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
MULTIPLES = {"kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40, "pb": 2**50}
DOUBLE_QUOTES = '"“”„'
SINGLE_QUOTES = "'‘’‚‛"


class LiteralReader(Cursor):
    """Reads literals and variables."""

    def statements_in(self, close: str) -> Statements:
        """Statements up to a closing token, which is read too."""
        raise NotImplementedError

    def number(self) -> Constant | None:
        """A number, if one stands here."""
        line = self.line
        found = self.match(NUMBER)
        if found is None:
            return None
        suffix, multiple = found["suffix"].lower(), (found["multiple"] or "").lower()
        value: int | float
        if found["hex"]:
            value = int(found["hex"], 16)
            if value > 0x7FFFFFFF and len(found["hex"]) <= 8:
                value -= 2**32
            elif value > 0x7FFFFFFFFFFFFFFF:
                value -= 2**64
        elif found["real"]:
            value = float(found["real"])
        else:
            value = int(found["int"])
            if not -(2**63) <= value < 2**63:
                value = float(value)
        if multiple:
            value *= MULTIPLES[multiple]
        if suffix == "l":
            value = Long(value)
        return Constant(line, value, found.group())

    def variable(self) -> Variable | None:
        """$name, ${name} or $scope:name, if one stands here."""
        line = self.line
        found = self.match(BRACED)
        if found is not None:
            scope, colon, name = found["name"].partition(":")
            return Variable(line, scope.lower(), name.lower()) if colon else Variable(line, "", scope.lower())
        found = self.match(VARIABLE)
        if found is None:
            return None
        name = found["name"].lower()
        if name != "?" and name.startswith("?"):
            self.at -= len(name) - 1
            name = "?"
        return Variable(line, (found["scope"] or "").lower(), "_" if name == "psitem" else name)

    def single_quoted(self) -> Constant:
        """'text'; a doubled quote stands for one."""
        line, begin = self.line, self.at
        self.at += 1
        pieces: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character in SINGLE_QUOTES:
                if self.peek() and self.peek() in SINGLE_QUOTES:
                    self.at += 1
                else:
                    return Constant(line, "".join(pieces), "".join(pieces))
            pieces.append(character)
        return self.fail("The string is missing the terminator: '.", begin)

    def double_quoted(self) -> Node:
        """ "text with $variables"; a doubled quote stands for one."""
        begin = self.at
        self.at += 1

        def closes() -> bool:
            if self.peek() not in DOUBLE_QUOTES:
                return False
            if self.text[self.at + 1 : self.at + 2] and self.text[self.at + 1] in DOUBLE_QUOTES:
                return False
            self.at += 1
            return True

        parts: list[str | Node] = []
        plain: list[str] = []
        while self.at < len(self.text):
            if closes():
                return self._joined(begin, parts, plain)
            if self.peek() in DOUBLE_QUOTES:
                self.at += 1
            self._piece(parts, plain)
        return self.fail('The string is missing the terminator: ".', begin)

    def here_string(self) -> Node | None:
        """@" … "@ or @' … '@, if one stands here."""
        begin = self.at
        found = self.match(HERE_OPEN)
        if found is None:
            return None
        quote = found[1]
        end = re.compile(rf"\r?\n{quote}@").search(self.text, self.at - 1)
        if end is None:
            self.fail(f"The string is missing the terminator: {quote}@.", begin)
        body = self.text[self.at : max(self.at, end.start())]
        if quote == "'":
            self.at = end.end()
            return Constant(self.line_of(begin), body, body)
        parts: list[str | Node] = []
        plain: list[str] = []
        while self.at < end.start():
            self._piece(parts, plain)
        self.at = end.end()
        return self._joined(begin, parts, plain)

    def _joined(self, begin: int, parts: list[str | Node], plain: list[str]) -> Node:
        if plain:
            parts.append("".join(plain))
        line = self.line_of(begin)
        if not parts:
            return Constant(line, "", "")
        if len(parts) == 1 and isinstance(parts[0], str):
            return Constant(line, parts[0], parts[0])
        return Interpolated(line, tuple(parts))

    def _piece(self, parts: list[str | Node], plain: list[str]) -> None:
        """Read one character, escape, variable or $( … ) of an expandable string."""
        character = self.text[self.at]
        if character == "`" and self.at + 1 < len(self.text):
            plain.append(ESCAPES.get(self.text[self.at + 1], self.text[self.at + 1]))
            self.at += 2
            return
        if character == "$":
            found = self.expansion()
            if found is not None:
                if plain:
                    parts.append("".join(plain))
                    plain.clear()
                parts.append(found)
                return
        plain.append(character)
        self.at += 1

    def expansion(self) -> Node | None:
        """$variable or $( … ) within text, if one stands here."""
        line = self.line
        if self.take("$("):
            return SubExpression(line, self.statements_in(")"))
        found = self.variable()
        alone = found is not None and not found.scope and self.text[self.at - 1] != "}"
        if alone and self.peek() == ":" and self.peek(2) != "::":
            self.fail(
                "Variable reference is not valid. ':' was not followed by a valid variable name character. "
                "Consider using ${} to delimit the name."
            )
        return found
