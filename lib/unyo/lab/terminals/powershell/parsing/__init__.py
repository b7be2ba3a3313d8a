"""From PowerShell text to its syntax tree, by the rules of Windows PowerShell 5.1's own parser."""

from unyo.lab.terminals.powershell.parsing.statements import parse

__all__ = ["parse"]
