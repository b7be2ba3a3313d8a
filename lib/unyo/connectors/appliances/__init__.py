"""Passwords of printers and appliances, by plug-ins: one small file for each type of device."""
