"""The road: request, plan, approve, run, record, recover."""
