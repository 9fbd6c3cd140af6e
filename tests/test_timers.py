"""`schedule`: 00:20 in New York in every zone and through every change of the clocks, and words that stay what they are."""

from __future__ import annotations

import datetime as dt
import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from papertui.cli.schedule import left_behind, machine_zone, program
from papertui.errors import PapertuiError, UsageError
from papertui.services.timers import KINDS, Job, LocalTime, changes, job_name, local_times, runs_after, schedule, unit_command
from tests.command import here, one_line

NEW_YORK = ZoneInfo("America/New_York")
WEEK, WEST = (1, 2, 3, 4, 5), (0, 1, 2, 3, 4)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)

ZONES = {
    "America/New_York": ((0, 20, WEEK),),
    "America/Los_Angeles": ((21, 20, WEST),),
    "Europe/London": ((4, 20, WEEK), (5, 20, WEEK)),
    "Europe/Berlin": ((5, 20, WEEK), (6, 20, WEEK)),
    "Asia/Kolkata": ((9, 50, WEEK), (10, 50, WEEK)),
    "Asia/Shanghai": ((12, 20, WEEK), (13, 20, WEEK)),
    "Pacific/Auckland": ((16, 20, WEEK), (17, 20, WEEK), (18, 20, WEEK)),
    "America/Lima": ((0, 20, WEEK), (23, 20, WEST)),
}

WORDS = (
    "/usr/bin/papertui", "/opt/my papers/papertui", "/a%b/%H", "/it's", '/say "so"', "/$HOME/${x}", "/back\\slash\\%d\\", "/日本/né", "/a;b&c|d#e*f?g",
    "/`id`", "/$(id)", "/می\u200cخواهم", "/<&>'--x-->",
)  # fmt: skip


def job(*command: str, zone: str = "Europe/Berlin", **more: str) -> Job:
    return Job(command or ("/usr/bin/papertui",), zone=ZoneInfo(zone), zone_name=zone, **more)


# cron, read as cron reads it


def unescaped(command: str) -> str:
    """What Vixie cron hands to the shell of a sixth field: up to the first `%` without a backslash, `\\%` made `%`."""
    found, escaped = "", False
    for char in command:
        if escaped:
            found = (found[:-1] if char == "%" else found) + char
            escaped = False
        elif char == "%":
            raise AssertionError("the rest would be standard input")
        else:
            found += char
            escaped = char == "\\"
    return found


def entries(text: str) -> list[tuple[int, int, tuple[int, ...], str]]:
    """Minute, hour, days of the week and command of every line that is no comment."""
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            minute, hour, day, month, days, command = line.split(" ", 5)
            assert (day, month) == ("*", "*")
            parts = [part.partition("-") for part in days.split(",")]
            found.append(
                (int(minute), int(hour), tuple(day for low, _, high in parts for day in range(int(low), int(high or low) + 1)), command)
            )
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_twenty_past_midnight_in_new_york_all_the_year(zone: str) -> None:
    assert local_times(NOW, ZoneInfo(zone)) == tuple(LocalTime(*each) for each in ZONES[zone])
    assert len(list(runs_after(NOW, 7))) == 5
    assert all(run.astimezone(NEW_YORK).strftime("%H:%M") == "00:20" and run.astimezone(NEW_YORK).weekday() < 5 for run in runs_after(NOW))


@pytest.mark.parametrize("zone", ZONES)
def test_crons_lines_run_once_a_night_whatever_the_clocks_do(zone: str) -> None:
    """Every local minute of the lines for a year, the guard asked as sh would ask it."""
    lines = entries(schedule("cron", job(zone=zone), NOW))
    here_, runs = ZoneInfo(zone), []
    for number in range(371):
        day = NOW.astimezone(here_).date() + dt.timedelta(days=number)
        for minute, hour, days, command in lines:
            moment = dt.datetime.combine(day, dt.time(hour, minute), here_).astimezone(dt.UTC)
            guarded = "date +" in command
            if day.isoweekday() % 7 in days and (not guarded or moment.astimezone(NEW_YORK).hour == 0):
                runs.append(moment)
    wanted = list(runs_after(NOW, 365))
    assert [run for run in sorted(runs) if NOW < run <= wanted[-1]] == wanted
    assert all("date +" in command for *_, command in lines) == (len(lines) > 1)


@pytest.mark.parametrize(
    ("moment", "runs"),
    [
        ("2026-11-23T05:20Z", True), ("2026-11-23T04:20Z", False),  # winter: Berlin 06:20, 05:20
        ("2026-07-01T04:20Z", True), ("2026-07-01T05:20Z", False),
        ("2026-03-09T04:20Z", True), ("2026-03-09T05:20Z", False),  # changed in New York, not yet in Berlin: 05:20
        ("2026-10-26T04:20Z", True), ("2026-10-26T05:20Z", False),  # changed in Berlin, not yet in New York
        ("2026-11-02T05:20Z", True), ("2026-11-02T04:20Z", False),
    ],
)  # fmt: skip
def test_the_guard_is_understood_by_sh_and_date(tmp_path: Path, moment: str, runs: bool) -> None:
    if "GNU" not in subprocess.run(["date", "--version"], capture_output=True, text=True, check=False).stdout:
        pytest.skip("date cannot be asked about another moment here")
    shim = tmp_path / "date"
    shim.write_text(f'#!/bin/sh\nexec {shutil.which("date")} -d {moment} "$@"\n')
    shim.chmod(0o755)
    for *_, command in entries(schedule("cron", job("/bin/echo"), NOW)):
        for as_read in (unescaped(command), command):  # busybox leaves the backslash in
            done = subprocess.run(
                ["/bin/sh", "-c", as_read], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True
            )
            assert (done.stdout, done.stderr) == ("--quiet update\n" if runs else "", "")


@pytest.mark.parametrize("word", WORDS)
def test_crons_words_come_through_cron_and_sh_as_they_are(tmp_path: Path, word: str) -> None:
    script = tmp_path / "print words"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    script.chmod(0o755)
    ((*_, command),) = entries(schedule("cron", job(str(script), "--home", word, zone="America/New_York"), NOW))
    for as_read in (unescaped(command), command):
        done = subprocess.run(["/bin/sh", "-c", as_read], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == ["--home", word, "--quiet", "update"]


def test_crons_lines_can_be_taken_out_again_and_the_alternative_is_a_comment(tmp_path: Path) -> None:
    text = schedule("cron", job(), NOW)
    assert "REPLACES your whole crontab" in text
    assert "# CRON_TZ=America/New_York\n# 20 0 * * 1-5 /usr/bin/papertui --quiet update\n" in text
    (removal,) = re.findall(r"# To remove: crontab -l \| (sed .*) \| crontab -", text)
    mine = "5 4 * * * mine\n"
    assert (
        subprocess.run(["/bin/sh", "-c", removal], input=f"{mine}{text}{mine}", capture_output=True, text=True, check=True).stdout
        == mine * 2
    )


def test_the_comments_say_when_it_runs_next_and_what_the_clocks_do() -> None:
    text = schedule("cron", job(), NOW)
    assert "The next: Tuesday 24 November 2026, 06:20 here (Europe/Berlin)" in text
    assert "06:20 here from 2026-11-24 on, 05:20 from 2027-03-15 on, 06:20 from 2027-03-29 on, 05:20 from 2027-11-01 on" in text
    assert changes(NOW, ZoneInfo("Europe/Berlin"))[1] == (dt.date(2027, 3, 15), dt.time(5, 20))
    assert "is 21:20 here all the year" in schedule("launchd", job(zone="America/Los_Angeles"), NOW)
    friday_night = dt.datetime(2026, 11, 27, 6, tzinfo=dt.UTC)
    assert "Sunday 29 November 2026, 21:20 here" in schedule("cron", job(zone="America/Los_Angeles"), friday_night)


# launchd


@pytest.mark.parametrize("zone", ZONES)
def test_launchd_gets_a_property_list_with_every_local_time(zone: str) -> None:
    command = ['/Applications/<my> & "papers"/it\'s/papertui', "--home", "/日本/a--b/]]>", "--profile", "x"]
    text = schedule("launchd", job(*command, zone=zone, user_home="/Users/né & x", name=job_name("a--b+c")), NOW)
    plist = plistlib.loads(text.encode())
    assert plist["ProgramArguments"] == [*command, "update"]
    assert plist["Label"] == "papertui-update-a-b-c"
    assert plist["StandardErrorPath"] == "/Users/né & x/Library/Logs/papertui-update-a-b-c.log"
    told = {(each["Hour"], each["Minute"], each["Weekday"]) for each in plist["StartCalendarInterval"]}
    assert told == {(hour, minute, day) for hour, minute, days in ZONES[zone] for day in days}
    (comment,) = re.findall(r"<!--(.*?)-->", text, re.DOTALL)
    assert "--" not in comment


# systemd


def words_of_unit(value: str) -> list[str]:
    """A command of a unit as systemd splits it: quotes, escapes, `%%` and `$$`."""
    assert not re.search(r"(?<!%)(?:%%)*%(?!%)", value)
    assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", value)
    lexer = shlex.shlex(value, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escapedquotes = True, "", '"'
    return [word.replace("%%", "%").replace("$$", "$") for word in lexer]


def unit_files(text: str, folder: Path) -> dict[str, str]:
    """The files that the line in the comments makes."""
    (awk,) = re.findall(r"&& (awk '.*')\)$", text, re.MULTILINE)
    folder.mkdir()
    subprocess.run(["/bin/sh", "-c", awk], input=text, text=True, cwd=folder, check=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("word", WORDS)
def test_systemds_words_are_quoted(word: str) -> None:
    given = ["/usr/bin/papertui", "--home", word, "update"]
    assert words_of_unit(unit_command(given)) == given
    run = words_of_unit(unit_command([word, "update"]))
    assert run[-2:] == [word, "update"]
    assert not re.search(r"[\"'\\$]", run[0])


@pytest.mark.parametrize("name", ["papertui", "pa%Hper tui", "it's $HOME \\x", "né日本"])
def test_systemd_takes_both_files(tmp_path: Path, name: str) -> None:
    program_ = tmp_path / name
    program_.write_text("#!/bin/sh\n")
    program_.chmod(0o755)
    text = schedule("systemd", job(str(program_), "--home", '/a "b" %c'), NOW)
    files = unit_files(text, tmp_path / "units")
    assert set(files) == {"papertui-update.service", "papertui-update.timer"}
    assert "OnCalendar=Mon..Fri 00:20 America/New_York\n" in files["papertui-update.timer"]
    assert "Persistent=true\n" in files["papertui-update.timer"]
    assert "Keys do not stand in this file" in files["papertui-update.service"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    env = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    units = [str(tmp_path / "units" / file) for file in files]
    done = subprocess.run(["systemd-analyze", "--user", "verify", *units], capture_output=True, text=True, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_reads_the_time_as_new_yorks() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", schedule("systemd", job(), NOW), re.MULTILINE)
    told = ["systemd-analyze", "calendar", "--base-time=2027-03-12 12:00 UTC", "--iterations=2", calendar]
    done = subprocess.run(told, capture_output=True, text=True, env={"PATH": os.environ["PATH"], "TZ": "UTC"}, check=False)
    if done.returncode and "unrecognized option" in done.stderr:
        pytest.skip("systemd-analyze is too old to be asked about another time")
    assert "Mon 2027-03-15 04:20:00 UTC" in done.stdout, "a Sunday later the clocks are an hour ahead"


# what is refused, and the command


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["/a\nb", "/a\x1b[31m", "/a\u202eb", "/\udcff", "/a\u2028b", "/a\tb"])
def test_a_path_that_no_file_of_lines_can_hold_is_refused(kind: str, word: str) -> None:
    with pytest.raises(UsageError, match="cannot be written into a timer") as caught:
        schedule(kind, job("/usr/bin/papertui", "--home", word), NOW)
    assert "\n" not in str(caught.value)


def test_a_command_longer_than_cron_takes_and_a_time_beyond_all_calendars_are_refused() -> None:
    with pytest.raises(UsageError, match="longer than a crontab takes"):
        schedule("cron", job("/" + "x" * 990), NOW)
    with pytest.raises(UsageError, match="too far off"):
        schedule("cron", job(), dt.datetime(9999, 12, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_carries_home_and_profile_over_and_no_key(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "my 100% papers"
    (home / "profiles").mkdir(parents=True)
    (home / "profiles" / "maths.md").write_text("+++\ncategories = ['math.AG']\n+++\n")
    secrets = {"OPENAI_API_KEY": "sk-secret-value", "HF_TOKEN": "hf-secret-value", "PAPERTUI_LLM__RPM": "7"}
    done = here(home, "schedule", kind, "--profile", "maths", env=secrets)
    assert "secret" not in done.out + done.err
    assert "OPENAI_API_KEY" in done.err
    assert "PAPERTUI_LLM__RPM" in done.err
    by_environment = here(tmp_path, "--home", str(home), "schedule", kind, env={"PAPERTUI_PROFILE": "maths"})
    assert by_environment.out == done.out
    assert "papertui-update-maths" in done.out
    options = ["--home", str(home), "--profile", "maths"]
    if kind == "cron":
        words = shlex.split(unescaped(entries(done.out)[0][3]).rpartition("|| ")[2])
    elif kind == "launchd":
        words = plistlib.loads(done.out.encode())["ProgramArguments"]
    else:
        words = words_of_unit(re.findall(r"^ExecStart=(.*)$", done.out, re.MULTILINE)[0])
    words = [word for word in words if word != "--quiet"]
    assert words[-5:] == [*options, "update"]
    assert Path(words[0]).is_absolute()
    assert sorted(path.name for path in home.iterdir()) == ["profiles"]


def test_what_would_fail_every_night_is_told_at_once(tmp_path: Path) -> None:
    assert "no profile is called absent" in one_line(here(tmp_path, "schedule", "cron", "--profile", "absent", code=None))
    assert "demo" in one_line(here(tmp_path, "--demo", "schedule", "cron", code=2))
    assert "invalid choice" in one_line(here(tmp_path, "schedule", "windows", code=2))
    (tmp_path / "config.toml").write_text("[sources]\nenabeld = []\n")
    assert "sources.enabled" in one_line(here(tmp_path, "schedule", "systemd", code=2))


def test_the_program_is_the_script_that_was_called_else_this_python(tmp_path: Path) -> None:
    script = tmp_path / "papertui"
    script.write_text("")
    module = (str(Path(sys.executable).absolute()), "-m", "papertui")
    assert program(str(script), sys.executable) == module, "not to be run"
    script.chmod(0o755)
    link = tmp_path / "bin" / "papertui"
    link.parent.mkdir()
    link.symlink_to(script)
    assert program(str(link), sys.executable) == (str(link),)
    assert program("/x/pytest", sys.executable) == module
    with pytest.raises(PapertuiError, match="which Python"):
        program("/x/pytest", "")


def test_the_machines_zone_is_that_of_etc_localtime_and_not_of_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = tmp_path / "zoneinfo" / "Asia"
    zones.mkdir(parents=True)
    data = Path("/usr/share/zoneinfo/Asia/Kolkata")
    if not data.exists():
        pytest.skip("no zone data of the system's own")
    shutil.copy(data, zones / "Kolkata")
    link = tmp_path / "localtime"
    link.symlink_to(zones / "Kolkata")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    zone, name = machine_zone(link)
    assert name == "Asia/Kolkata"
    assert NOW.astimezone(zone).utcoffset() == dt.timedelta(hours=5, minutes=30)
    shutil.copy(data, tmp_path / "copied")
    assert machine_zone(tmp_path / "copied")[1] == ""
    assert machine_zone(tmp_path / "absent") == (None, "")
    (tmp_path / "copied").write_bytes(b"no zone")
    assert machine_zone(tmp_path / "copied") == (None, "")


def test_only_names_of_variables_that_an_update_goes_by_are_told() -> None:
    env = {
        "PAPERTUI_HOME": "/x",
        "PAPERTUI_TUI__THEME": "x",
        "MY_KEY": "k",
        "EMPTY": "",
        "PATH": "/bin",
        "XDG_DATA_HOME": "/d",
        "PAPERTUI_\x1b": "x",
    }
    assert left_behind(env, "MY_KEY", own_folders=False) == ["PAPERTUI_TUI__THEME", "MY_KEY"]
    assert left_behind(env, "EMPTY", own_folders=True) == ["PAPERTUI_TUI__THEME", "XDG_DATA_HOME"]
