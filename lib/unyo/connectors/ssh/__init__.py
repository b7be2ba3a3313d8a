"""Passwords of Linux accounts, over SSH."""
