"""Hostile text through every door: nothing acts. `python -m bench.hostile` runs it all."""
