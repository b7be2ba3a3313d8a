"""Script blocks: param lists, attributes, begin, process and end, statements in a row."""

from __future__ import annotations

import re

from unyo.lab.terminals.powershell.parsing.tree import Attribute, Block, Node, Parameter, Statements
from unyo.lab.terminals.powershell.parsing.words import WordReader

ATTRIBUTE_NAME = re.compile(r"\[\s*([A-Za-z_][\w.]*)\s*\(")
ARGUMENT_NAME = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
ARGUMENT_WORD = re.compile(r"([A-Za-z_]\w*)\s*(?=[,)])")
NAMED_BLOCKS = ("begin", "process", "end")


class BlockReader(WordReader):
    """Reads blocks."""

    def script(self) -> Block:
        """The whole text as a script."""
        return self.block("")

    def block(self, close: str = "}") -> Block:
        line, begin = self.line, self.at
        before, self.commas = self.commas, True
        attributes, parameters = self._param()
        self.separators()
        if self.keyword() in NAMED_BLOCKS:
            named = self._named_blocks()
            end = named.get("end")
        else:
            named = {}
            end = self._statements(close, begin)
        self.separators()
        text = self.text[begin : self.at]
        self._close(close, begin)
        self.commas = before
        return Block(line, text, attributes, parameters, named.get("begin"), named.get("process"), end)

    def statements_in(self, close: str) -> Statements:
        begin = self.at
        before, self.commas = self.commas, True
        statements = self._statements(close, begin)
        self._close(close, begin)
        self.commas = before
        return statements

    def _close(self, close: str, begin: int) -> None:
        if close and not self.take(close):
            what = "statement block or type definition" if close == "}" else "expression"
            self.fail(f"Missing closing '{close}' in {what}.", begin)
        if not close and self.at < len(self.text):
            self.unexpected()

    def _statements(self, close: str, begin: int) -> Statements:
        line = self.line_of(begin)
        statements: list[Node] = []
        while True:
            self.separators()
            if self.at >= len(self.text) or (close and self.looking_at(close)):
                return Statements(line, tuple(statements))
            if self.peek() in ")}":
                self.unexpected()
            statements.append(self.statement())
            self.blanks()
            after = self.peek()
            if after and after not in "\r\n;})" and self.text[self.at - 1] not in "}":
                self.unexpected()

    def _param(self) -> tuple[tuple[Attribute, ...], tuple[Parameter, ...]]:
        begin = self.at
        self.separators()
        attributes = []
        while ATTRIBUTE_NAME.match(self.text, self.at):
            attributes.append(self._attribute())
            self.lines()
        if self.take_keyword("param"):
            self.lines()
            return tuple(attributes), self.parameter_list()
        self.at = begin
        return (), ()

    def parameter_list(self) -> tuple[Parameter, ...]:
        """( [type]$name = default, … )."""
        begin = self.at
        self.expect("(", "Missing '(' after 'param'.")
        parameters = []
        self.lines()
        while not self.take(")"):
            if self.at >= len(self.text):
                self.fail("Missing ')' in function parameter list.", begin)
            parameters.append(self._parameter())
            self.lines()
            if self.take(","):
                self.lines()
                if self.looking_at(")"):
                    self.fail("Missing expression after ','.")
            elif not self.looking_at(")"):
                self.fail("Missing ')' in function parameter list.")
        return tuple(parameters)

    def _parameter(self) -> Parameter:
        line = self.line
        attributes = []
        while self.looking_at("["):
            attributes.append(self._attribute())
            self.lines()
        begin = self.at
        if self.variable() is None:
            self.unexpected()
        name = self.text[begin + 1 : self.at].strip("{}")
        self.lines()
        default = None
        if self.take("="):
            self.lines()
            default = self.expression(commas=False)
        return Parameter(line, name, tuple(attributes), default)

    def _attribute(self) -> Attribute:
        line = self.line
        named = self.match(ATTRIBUTE_NAME)
        if named is None:
            return Attribute(line, self.type_name(), None)
        arguments: list[Node] = []
        settings: list[tuple[str, Node]] = []
        self.lines()
        while not self.take(")"):
            if name := self.match(ARGUMENT_NAME):
                self.lines()
                settings.append((name[1].lower(), self.expression(commas=False)))
            elif word := self.match(ARGUMENT_WORD):
                settings.append((word[1].lower(), Statements(line, ())))
            else:
                arguments.append(self.expression(commas=False))
            self.lines()
            if self.take(","):
                self.lines()
            elif not self.looking_at(")"):
                self.fail("Missing ')' in attribute.")
        self.lines()
        self.expect("]", "Missing ] at end of attribute or type literal.")
        return Attribute(line, named[1], tuple(arguments), tuple(settings))

    def _named_blocks(self) -> dict[str, Statements]:
        named: dict[str, Statements] = {}
        while (word := self.keyword()) in NAMED_BLOCKS:
            self.at += len(word)
            self.lines()
            self.expect("{", f"Missing statement block after '{word}'.")
            named[word] = self.statements_in("}")
            self.separators()
        return named
