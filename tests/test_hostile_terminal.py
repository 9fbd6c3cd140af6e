"""Hostile text all the way to a terminal: nothing acts, everything is shown as text."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.command import NOW, papertui
from tests.feeds import feed, item

pytest.importorskip("pty")
from bench.pty_driver import Terminal

TITLES = (
    "[/foo] closes nothing", "[bold]x[/bold] stays", "esc \x1b[31;1mRED\x1b[0m", "osc \x1b]0;PWNED\x07 title", "link \x1b]8;;http://evil.example\x1b\\text",
    "clip \x1b]52;c;UFdORUQ=\x07", "c1 \x9b31m \x9d0;PWNED\x9c", "bidi \u202egnp.exe\u2066", "bell \x07\x08\x7f", "x" * 5000, "tab\tand\nnewline", "{markup} $HOME `id` %n",
)  # fmt: skip


def test_a_hostile_feed_is_text_on_the_terminal(tmp_path: Path, httpserver: HTTPServer) -> None:
    items = [item(f"2611.{number:05d}", title, authors=title[:200], abstract=f"{title} {title}") for number, title in enumerate(TITLES, 1)]
    httpserver.expect_request("/rss/cs.LG").respond_with_data(feed(*items))
    env = {
        "PAPERTUI_SOURCES__ENABLED": '["arxiv"]', "PAPERTUI_SOURCES__ARXIV__FEED_URL": httpserver.url_for("/rss/"),
        "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["cs.LG"]',
    }  # fmt: skip
    assert f"{len(TITLES)} papers" in papertui(tmp_path, "update", env=env).err
    raw, text = _read(tmp_path)
    for part in ("[/foo] closes nothing", "[bold]x[/bold] stays", "markup $HOME `id` %n", "[31;1mRED"):
        assert part in text
    assert b"PWNED\x07" not in raw
    assert b"\x1b]52" not in raw
    assert not re.search(rb"\x1b\]0;[^\x07\x1b]*PWNED", raw)
    assert b"\x1b]8;;http" not in raw
    assert b"\x1b[31;1m" not in raw
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", raw.decode("utf-8", "replace"))


def _read(home: Path) -> tuple[bytes, str]:
    """Go through every paper, its full page and the help; all bytes, and all screens as text."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PAPERTUI_")}
    env |= {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW, "TERM": "xterm-256color"}
    screens = []
    with Terminal([sys.executable, "-m", "papertui"], env) as terminal:
        terminal.wait_for("[/foo]")
        for key in ("\r", "\x1b", *("j" * (len(TITLES) - 1)), "?", "\x1b", "/", "x", "\x1b"):
            terminal.press(key)
            screens.append(terminal.screen())
        terminal.type("q")
        terminal.read_until_quiet(0.5)
        return b"".join(chunk.data for chunk in terminal.record), "\n".join(screens)
