"""Rules shared by the terminal runbooks."""
