"""Use cases: each takes what it needs, does the work and reports by calling `emit`."""
