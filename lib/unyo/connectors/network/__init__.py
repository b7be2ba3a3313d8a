"""Passwords of network devices, over SSH with netmiko."""
