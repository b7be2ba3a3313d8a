"""The rules behind the account runbooks: pure where they can be, and small."""
