"""What the runbooks of the security baseline share."""
