"""The lab: real and simulated counterparts for tests, the demo and training; loopback only."""
