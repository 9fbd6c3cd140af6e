"""Published scored lists, read: bytes in, values out. Pure, importing nothing of papertui but domain and errors."""
