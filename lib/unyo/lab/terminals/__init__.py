"""Simulated Windows terminals: their state, their PowerShell and the wire that reaches them."""
