"""The security baseline: looking at terminals, and bringing them to it."""
