"""Windows' cmdlets, programs and .NET members over the state of a simulated terminal, one domain a file."""
