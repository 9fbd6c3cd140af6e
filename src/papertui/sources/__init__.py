"""Where papers come from: each source is retrieved by one coroutine and read by one pure parser."""
