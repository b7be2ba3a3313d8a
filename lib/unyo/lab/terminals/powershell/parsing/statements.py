"""Statements: pipelines, assignments, conditions, loops, functions, parameters and whole scripts."""

from __future__ import annotations

import re

from unyo.lab.terminals.powershell.parsing.blocks import BlockReader
from unyo.lab.terminals.powershell.parsing.tree import (
    Assignment,
    Block,
    Command,
    Expression,
    ForEach,
    Function,
    If,
    Jump,
    Loop,
    Node,
    Pipeline,
    Redirection,
    Statements,
    Switch,
    Try,
    Variable,
)

ASSIGNMENT = re.compile(r"(?:[+\-*/%])?=(?!=)")
LABEL = re.compile(r":([A-Za-z_]\w*)")
LABEL_NAME = re.compile(r":?[A-Za-z_]\w*")
FUNCTION_NAME = re.compile(r"[^\s(){};]+")
EXPRESSION_START = re.compile(
    r"[$(\[{'\"‘’“”!,]|@[({'\"]|\+\+|--(?=[$(\[])|[+-]?(?:0x[0-9a-f]+|\d+(?:\.(?!\.)\d*)?|\.\d+)(?:e[+-]?\d+)?[ld]?"
    r"(?:[kmgtp]b)?(?=$|[\s;|)}\],+*/%<>=-]|\.\.|\.[A-Za-z])|[+-](?=[$(\[])"
    r"|-(?:not|bnot|join|[ic]?split)(?![\w-])",
    re.IGNORECASE,
)
REFUSED = {"trap", "data", "class", "enum", "using", "workflow", "parallel", "sequence", "dynamicparam"}
JUMPS = {"return", "break", "continue", "exit", "throw"}


class StatementReader(BlockReader):
    """Reads statements."""

    def statement(self) -> Node:
        label = self.match(LABEL)
        name = label[1].lower() if label else ""
        if label:
            self.lines()
        word = self.keyword()
        if word in JUMPS:
            return self._jump(word)
        if word in REFUSED and not self._is_command(word):
            self.refuse(f"the statement '{word}'")
        if word == "if":
            return self._if()
        if word == "foreach":
            return self._foreach(name)
        if word in ("for", "while", "do"):
            return {"for": self._for, "while": self._while, "do": self._do}[word](name)
        if word == "switch":
            return self._switch(name)
        if word in ("function", "filter"):
            return self._function(word)
        if word == "try":
            return self._try()
        return self.pipeline_statement()

    def _is_command(self, word: str) -> bool:
        """Whether a word that could be a keyword is a command's name (`data` and the like, with arguments)."""
        return word in ("using", "sequence", "parallel") and not re.compile(r"\w+\s+\w").match(
            self.text, self.at
        )

    def pipeline_statement(self) -> Node:
        line = self.line
        first = self._element(first=True)
        if isinstance(first, Expression) and not first.redirections:
            self.blanks()
            operator = self.match(ASSIGNMENT)
            if operator is not None:
                self.lines()
                return Assignment(line, first.value, operator.group(), self.statement())
        elements = [first]
        while True:
            begin = self.at
            self.blanks()
            if self.looking_at("||"):
                self.fail("The token '||' is not a valid statement separator in this version.")
            if not self.take("|"):
                self.at = begin
                return Pipeline(line, tuple(elements))
            self.lines()
            if self.at >= len(self.text) or self.peek() in ")}":
                self.fail("An empty pipe element is not allowed.")
            elements.append(self._element(first=False))

    def _element(self, first: bool) -> Expression | Command:
        line = self.line
        if EXPRESSION_START.match(self.text, self.at):
            if not first:
                self.fail("Expressions are only allowed as the first element of a pipeline.")
            value = self.expression()
            redirections: list[Redirection] = []
            self.blanks()
            while (redirection := self.redirection()) is not None:
                redirections.append(redirection)
                self.blanks()
            return Expression(line, value, tuple(redirections))
        if self.at >= len(self.text) or self.peek() in ")}]=":
            self.unexpected()
        return self.command()

    def _jump(self, word: str) -> Node:
        line = self.line
        self.at += len(word)
        self.blanks()
        if self.peek() in ("", "\r", "\n", ";", "}", ")", "|"):
            return Jump(line, word, None)
        if word in ("break", "continue"):
            label = self.match(LABEL_NAME)
            if label is None:
                self.unexpected()
            return Jump(line, word, None, label.group().lstrip(":").lower())
        return Jump(line, word, self.pipeline_statement())

    def _condition(self, word: str) -> Node:
        """( pipeline )."""
        self.lines()
        self.expect("(", f"Missing '(' after '{word}' in {word} statement.")
        self.lines()
        value = self.pipeline_statement()
        self.lines()
        self.expect(")", f"Missing closing ')' after expression in '{word}' statement.")
        return value

    def _body(self, word: str) -> Statements:
        """{ statements }."""
        self.lines()
        self.expect("{", f"Missing statement block after '{word}'.")
        return self.statements_in("}")

    def _if(self) -> Node:
        line = self.line
        self.at += 2
        branches = [(self._condition("if"), self._body("if"))]
        while True:
            begin = self.at
            self.lines()
            if self.take_keyword("elseif"):
                branches.append((self._condition("elseif"), self._body("elseif")))
            elif self.take_keyword("else"):
                return If(line, tuple(branches), self._body("else"))
            else:
                self.at = begin
                return If(line, tuple(branches), None)

    def _foreach(self, label: str) -> Node:
        line = self.line
        self.at += len("foreach")
        self.lines()
        self.expect("(", "Missing opening '(' after keyword 'foreach'.")
        self.lines()
        variable = self.variable()
        if not isinstance(variable, Variable):
            self.fail("Missing variable name after foreach.")
        self.lines()
        if not self.take_keyword("in"):
            self.fail("Missing 'in' after variable in foreach loop.")
        self.lines()
        values = self.pipeline_statement()
        self.lines()
        self.expect(")", "Missing closing ')' after expression in foreach loop.")
        return ForEach(line, variable, values, self._body("foreach"), label)

    def _for(self, label: str) -> Node:
        line = self.line
        self.at += len("for")
        self.lines()
        self.expect("(", "Missing opening '(' after keyword 'for'.")
        parts: list[Node | None] = []
        for close in (";", ";", ")"):
            self.lines()
            parts.append(None if self.peek() in (close, ")") else self.pipeline_statement())
            self.lines()
            if not self.take(close) and not self.looking_at(")"):
                self.fail("Missing ')' after expression in for loop.")
        return Loop(line, parts[0], parts[1], parts[2], self._body("for"), False, False, label)

    def _while(self, label: str) -> Node:
        line = self.line
        self.at += len("while")
        return Loop(line, None, self._condition("while"), None, self._body("while"), False, False, label)

    def _do(self, label: str) -> Node:
        line = self.line
        self.at += len("do")
        body = self._body("do")
        self.lines()
        word = self.keyword()
        if word not in ("while", "until"):
            self.fail("Missing while or until keyword in do loop.")
        self.at += len(word)
        return Loop(line, None, self._condition(word), None, body, True, word == "until", label)

    def _switch(self, label: str) -> Node:
        line = self.line
        self.at += len("switch")
        self.lines()
        flags = set()
        while (flag := self.match(re.compile(r"-([A-Za-z]+)"))) is not None:
            flags.add(flag[1].lower())
            self.lines()
        if flags - {"regex", "wildcard", "exact", "casesensitive"}:
            self.refuse(f"switch -{' -'.join(sorted(flags))}")
        value = self._condition("switch")
        self.lines()
        self.expect("{", "Missing condition in switch statement clause.")
        clauses: list[tuple[Node | None, Statements]] = []
        while True:
            self.separators()
            if self.take("}"):
                return Switch(line, frozenset(flags), value, tuple(clauses), label)
            condition = None if self.take_keyword("default") else self._value()
            clauses.append((condition, self._body("switch clause")))

    def _function(self, word: str) -> Node:
        line = self.line
        self.at += len(word)
        self.blanks()
        name = self.match(FUNCTION_NAME)
        if name is None:
            self.fail("Missing name after function keyword.")
        self.lines()
        parameters = self.parameter_list() if self.looking_at("(") else ()
        self.lines()
        self.expect("{", "Missing function body in function declaration.")
        body = self.block()
        if parameters:
            body = Block(
                body.line, body.text, body.attributes, parameters, body.begin, body.process, body.end
            )
        if word == "filter" and body.process is None:
            body = Block(body.line, body.text, body.attributes, body.parameters, None, body.end, None)
        return Function(line, name.group(), body)

    def _try(self) -> Node:
        line = self.line
        self.at += len("try")
        body = self._body("try")
        catches: list[tuple[tuple[str, ...], Statements]] = []
        final = None
        while True:
            begin = self.at
            self.lines()
            if self.take_keyword("catch"):
                catches.append((self._catch_types(), self._body("catch")))
            elif self.take_keyword("finally"):
                final = self._body("finally")
                break
            else:
                self.at = begin
                break
        if not catches and final is None:
            self.fail("The Try statement is missing its Catch or Finally block.")
        return Try(line, body, tuple(catches), final)

    def _catch_types(self) -> tuple[str, ...]:
        types = []
        self.lines()
        while self.looking_at("["):
            types.append(self.type_name())
            self.lines()
            if self.take(","):
                self.lines()
        return tuple(types)


def parse(text: str) -> Block:
    """The tree of a script; raises ParseError."""
    return StatementReader(text.removeprefix("\ufeff")).script()
