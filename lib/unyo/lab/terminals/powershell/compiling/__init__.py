"""From the syntax tree to Python closures; a script's text is compiled once."""

from functools import lru_cache
from threading import RLock

from unyo.lab.terminals.powershell.compiling.blocks import compile_block
from unyo.lab.terminals.powershell.functions import Code
from unyo.lab.terminals.powershell.parsing import parse

__all__ = ["compile_script"]

_TURN = RLock()


def compile_script(text: str) -> Code:
    """The compiled script; raises ParseError. Many terminals that get one script at once compile it once."""
    with _TURN:
        return _compiled(text)


@lru_cache(maxsize=500)
def _compiled(text: str) -> Code:
    return compile_block(parse(text))
