"""From the syntax tree to Python closures; a script's text is compiled once."""

from functools import lru_cache

from unyo.lab.terminals.powershell.compiling.blocks import compile_block
from unyo.lab.terminals.powershell.functions import Code
from unyo.lab.terminals.powershell.parsing import parse

__all__ = ["compile_script"]


@lru_cache(maxsize=500)
def compile_script(text: str) -> Code:
    """The compiled script; raises ParseError."""
    return compile_block(parse(text))
