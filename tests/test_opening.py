"""What opens an address: never a program inside this terminal."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from papertui.services.opening import opener, start

URL = "https://arxiv.org/pdf/2511.01033"


def found(name: str) -> str | None:
    return f"/bin/{name}"


def missing(name: str) -> str | None:
    return None


@pytest.mark.parametrize(
    ("configured", "env", "platform", "command"),
    [
        (["viewer", "{url}"], {"SSH_TTY": "x"}, "linux", ["viewer", URL]),
        (["viewer", "--page=1", "{path}"], {}, "linux", ["viewer", "--page=1", URL]),
        (["viewer"], {}, "linux", ["viewer", URL]),
        (None, {"DISPLAY": ":0", "SSH_CONNECTION": "a"}, "linux", None),
        (None, {"DISPLAY": ":0", "SSH_TTY": "a"}, "linux", None),
        (None, {}, "linux", None),
        (None, {"DISPLAY": ":0"}, "linux", ["/bin/xdg-open", URL]),
        (None, {"WAYLAND_DISPLAY": "w"}, "linux", ["/bin/xdg-open", URL]),
        (None, {"SSH_TTY": "x"}, "darwin", None),
        (None, {}, "darwin", ["open", URL]),
    ],
)
def test_who_opens_it(configured: list[str] | None, env: dict[str, str], platform: str, command: list[str] | None) -> None:
    assert opener(URL, configured, env, platform, found) == command


def test_windows_inside_linux_has_its_own_openers() -> None:
    assert opener(URL, None, {}, "linux", found, wsl=True) == ["/bin/wslview", URL]
    assert opener(URL, None, {"DISPLAY": ":0"}, "linux", missing, wsl=True) is None


def test_without_an_opener_the_address_is_shown() -> None:
    assert opener(URL, None, {"DISPLAY": ":0"}, "linux", missing) is None


def test_a_started_program_has_no_terminal_and_is_not_waited_for(tmp_path: Path) -> None:
    report = tmp_path / "report"
    code = "import os,sys,time; open(sys.argv[1],'w').write(f'{os.getsid(0)==os.getpid()} {os.isatty(0)} {os.isatty(1)}'); time.sleep(2)"
    before = time.monotonic()
    assert start([sys.executable, "-c", code, str(report)], dict(os.environ)) is None
    assert time.monotonic() - before < 1.5
    end = time.monotonic() + 10
    while time.monotonic() < end and not (report.exists() and report.read_text()):
        time.sleep(0.02)
    assert report.read_text() == "True False False"


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "no-such-viewer" in (start([str(tmp_path / "no-such-viewer")], {}) or "")
