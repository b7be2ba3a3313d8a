"""The books: what was asked, planned, approved, done and seen."""
