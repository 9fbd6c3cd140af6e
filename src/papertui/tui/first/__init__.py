"""The first screen's parts: what an empty library begins with."""
