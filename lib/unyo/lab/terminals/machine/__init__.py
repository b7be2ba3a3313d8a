"""The state of simulated Windows terminals, and fleets of them."""
