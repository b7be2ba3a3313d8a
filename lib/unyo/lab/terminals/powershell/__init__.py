"""A small Windows PowerShell 5.1: just the language that scripts/windows uses, compiled to Python closures."""
