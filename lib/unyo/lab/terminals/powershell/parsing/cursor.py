"""A position in a script's text: white space, comments, line numbers, errors."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NoReturn

from unyo.lab.terminals.powershell.errors import OutsideSubset, ParseError

BLANK = re.compile(r"(?:[ \t\f\v\u00a0\u3000]|`\r?\n|#[^\r\n]*|<#.*?#>)*", re.DOTALL)
BLANK_LINES = re.compile(r"(?:[\s\u00a0\u3000]|`\r?\n|#[^\r\n]*|<#.*?#>)*", re.DOTALL)
SEPARATORS = re.compile(r"(?:[\s;\u00a0\u3000]|`\r?\n|#[^\r\n]*|<#.*?#>)*", re.DOTALL)
KEYWORD = re.compile(r"[A-Za-z]+(?![\w\-.\\:*?/=])")


class Cursor:
    """Reads `text` from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._lines = [match.start() for match in re.finditer(r"\n", text)]

    def line_of(self, at: int) -> int:
        """The line of a position, from 1."""
        return bisect_right(self._lines, at - 1) + 1

    @property
    def line(self) -> int:
        return self.line_of(self.at)

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        """Say that the text is not PowerShell."""
        raise ParseError(message, self.line_of(self.at if at is None else at))

    def refuse(self, what: str) -> NoReturn:
        """Say that the text is PowerShell, but more than is known here."""
        raise OutsideSubset(f"SIMULATOR: unsupported {what}", self.line)

    def unexpected(self) -> NoReturn:
        """Say that what stands here cannot stand here."""
        word = re.compile(r"\S{1,40}").match(self.text, self.at)
        if word is None:
            self.fail("An expression was expected.")
        self.fail(f"Unexpected token '{word.group()}' in expression or statement.")

    def peek(self, count: int = 1) -> str:
        """The next characters; fewer at the end."""
        return self.text[self.at : self.at + count]

    def looking_at(self, token: str) -> bool:
        """Whether the next characters are exactly these."""
        return self.text.startswith(token, self.at)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read a pattern if it stands here."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def take(self, token: str) -> bool:
        """Read these characters if they stand here."""
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str, message: str) -> None:
        """Read these characters, or fail."""
        if not self.take(token):
            self.fail(message)

    def blanks(self) -> None:
        """Skip white space and comments within a line."""
        self.match(BLANK)
        if self.looking_at("<#"):
            self.fail("The terminator '#>' is missing from the multiline comment.")

    def lines(self) -> None:
        """Skip white space, comments and line ends."""
        self.match(BLANK_LINES)

    def separators(self) -> None:
        """Skip everything between two statements."""
        self.match(SEPARATORS)

    def keyword(self) -> str:
        """The word that stands here if it could be a keyword, in lower case; nothing is read."""
        found = KEYWORD.match(self.text, self.at)
        return found.group().lower() if found else ""

    def take_keyword(self, word: str) -> bool:
        """Read a keyword if it stands here."""
        if self.keyword() == word:
            self.at += len(word)
            return True
        return False
