"""`python -m papertui`."""

from papertui.cli.main import run

run()
