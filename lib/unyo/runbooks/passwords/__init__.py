"""Passwords of administrators, services and devices: renewed, tried, reset and lent."""
