"""What the runbooks of passwords share."""
