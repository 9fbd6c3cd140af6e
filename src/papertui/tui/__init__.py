"""The reader: screens over the library. The only room that imports Textual."""
