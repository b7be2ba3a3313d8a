"""The hands: one package per protocol; each knows the outside world and nothing of the ledger."""
