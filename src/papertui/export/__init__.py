"""Turning papers into what other programs read. Everything is pure except the writing into files."""
