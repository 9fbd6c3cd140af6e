"""The library: SQLite, statements and nothing else. Every public method is one short transaction."""
