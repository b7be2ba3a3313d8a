"""Commands: their names, their arguments in argument mode, redirections."""

from __future__ import annotations

import re

from unyo.lab.terminals.powershell.parsing.expressions import ExpressionReader
from unyo.lab.terminals.powershell.parsing.literals import (
    DOUBLE_QUOTES,
    ESCAPES,
    NUMBER,
    SINGLE_QUOTES,
    SPLAT,
)
from unyo.lab.terminals.powershell.parsing.tree import (
    ArrayLiteral,
    Command,
    CommandArgument,
    Constant,
    Interpolated,
    Node,
    Redirection,
    Variable,
)

PARAMETER = re.compile(r"[-–—](?P<name>[A-Za-z_?][^\s{}();,|&.\[:'\"$]*)(?P<colon>:?)")
REDIRECTION = re.compile(r"(?P<source>[1-6*])?>(?:&(?P<merge>[1-6])|(?P<append>>)?)")
WORD_END = re.compile(r"[\s;|&(){},]")
NUMBER_END = re.compile(r"[\s;|&(){},]|$")


class WordReader(ExpressionReader):
    """Reads commands."""

    def command(self) -> Command:
        """A command with its arguments, up to the end of the pipeline's element."""
        line = self.line
        operator = ""
        if self.looking_at("&") or re.compile(r"\.(?=[\s\"'$({&])").match(self.text, self.at):
            operator = self.peek()
            self.at += 1
            self.blanks()
        name = self._command_name()
        arguments: list[CommandArgument] = []
        redirections: list[Redirection] = []
        while not self._at_end():
            redirection = self.redirection()
            if redirection is not None:
                redirections.append(redirection)
            else:
                arguments.append(self._argument())
        return Command(line, operator, name, tuple(arguments), tuple(redirections))

    def _at_end(self) -> bool:
        self.blanks()
        character = self.peek()
        if character == "&":
            self._no_ampersand()
        return character in ("", "\r", "\n", ";", "|", ")", "}")

    def _no_ampersand(self) -> None:
        if self.looking_at("&&"):
            self.fail("The token '&&' is not a valid statement separator in this version.")
        self.fail(
            'The ampersand (&) character is not allowed. Wrap an ampersand in double quotation marks ("&").'
        )

    def _command_name(self) -> Node:
        character = self.peek()
        if character and character in "$({\"'@":
            return self._after(self.primary())
        return self._word()

    def redirection(self) -> Redirection | None:
        """2>&1, >file and the like, if one stands here."""
        line = self.line
        found = self.match(REDIRECTION)
        if found is None:
            return None
        source = found["source"] or "1"
        if found["merge"]:
            if found["merge"] != "1":
                self.fail(f"The '{found.group()}' operator is reserved for future use.")
            return Redirection(line, source, True, False, None)
        self.blanks()
        if self.peek() in ("", "\r", "\n", ";", "|"):
            self.fail("Missing file specification after redirection operator.")
        return Redirection(line, source, False, bool(found["append"]), self._value())

    def _argument(self) -> CommandArgument:
        line = self.line
        if self.looking_at("--%"):
            self.refuse("the stop-parsing token --%")
        splat = SPLAT.match(self.text, self.at)
        if splat is not None:
            self.at = splat.end()
            name = Variable(line, (splat["scope"] or "").lower(), splat["name"].lower(), splat=True)
            return CommandArgument(line, None, name)
        found = self.match(PARAMETER)
        if found is None:
            return CommandArgument(line, None, self._values())
        if not found["colon"]:
            return CommandArgument(line, found["name"], None)
        self.blanks()
        return CommandArgument(line, found["name"], self._values())

    def _values(self) -> Node:
        """One value, or several with commas between."""
        line = self.line
        first = self._value()
        values = [first]
        while True:
            begin = self.at
            self.blanks()
            if not self.take(","):
                self.at = begin
                return first if len(values) == 1 else ArrayLiteral(line, tuple(values))
            self.lines()
            values.append(self._value())

    def _value(self) -> Node:
        character = self.peek()
        if not character or character in "|;)}":
            self.fail("Missing argument in parameter list.")
        if character == ",":
            self.fail("Missing argument in parameter list.")
        if character == "$" and not self.looking_at("$("):
            return self._variable_value()
        if (
            character in "({"
            or character in SINGLE_QUOTES
            or character in DOUBLE_QUOTES
            or self.looking_at("$(")
        ):
            return self._after(self.primary())
        if character == "@" and self.peek(2) in ("@(", "@{", "@'", '@"'):
            return self._after(self.primary())
        number = NUMBER.match(self.text, self.at)
        if number is not None and NUMBER_END.match(self.text, number.end()):
            found = self.number()
            assert found is not None
            return found
        return self._word()

    def _variable_value(self) -> Node:
        """A variable with its members, or the beginning of a word that has variables in it."""
        begin = self.at
        found = self.variable()
        if found is None:
            return self._word()
        value = self._after(found)
        if self.at >= len(self.text) or WORD_END.match(self.text, self.at) or self.peek() in "'\"":
            return value
        if value is found:
            self.at = begin
            return self._word()
        return value

    def _word(self) -> Node:
        """A bare word; variables and quoted parts in it are expanded."""
        line, begin = self.line, self.at
        parts: list[str | Node] = []
        plain: list[str] = []
        while self.at < len(self.text) and not WORD_END.match(self.text, self.at):
            character = self.peek()
            if character == "`" and self.at + 1 < len(self.text):
                plain.append(ESCAPES.get(self.text[self.at + 1], self.text[self.at + 1]))
                self.at += 2
            elif character == "$" and (found := self.expansion()) is not None:
                parts += ["".join(plain), found]
                plain = []
            elif self.at > begin and (character in SINGLE_QUOTES or character in DOUBLE_QUOTES):
                quoted = self.primary()
                if isinstance(quoted, Constant):
                    plain.append(quoted.value)
                else:
                    parts += ["".join(plain), quoted]
                    plain = []
            else:
                plain.append(character)
                self.at += 1
        if self.at == begin:
            self.unexpected()
        if not parts:
            word = "".join(plain)
            return Constant(line, word, word)
        return Interpolated(line, tuple(part for part in (*parts, "".join(plain)) if part != ""))
