"""Values and rules: pure, importing nothing of papertui but errors."""
