"""papertui: the day's papers, scored, in a terminal."""

__version__ = "0.1.0"
