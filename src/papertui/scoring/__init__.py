"""Scorers: each gives papers relevance, novelty and a sentence. They know nothing of the library."""
