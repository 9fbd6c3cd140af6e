"""`schedule`: what runs `papertui update` every night, for systemd, launchd or cron. Pure: values -> text.

arXiv's feeds are rebuilt at 00:00 in New York for the lists of Monday to Friday (FACTS 2), so the update runs at 00:20 there.
systemd knows New York's time; launchd and cron know the machine's own only, in which 00:20 in New York is one time all year, or two
where the clocks there and here change on other days.

| file | quoting is from |
|---|---|
| units | systemd.unit(5), systemd.syntax(7), systemd.service(5) "Command lines" |
| property list | plistlib, launchd.plist(5) |
| crontab | crontab(5) of Vixie cron and its heirs, and sh |
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from papertui.domain.gate import one_line, verbatim
from papertui.errors import UsageError
from papertui.sources.schedule import long_date, new_york

KINDS = ("systemd", "launchd", "cron")

AT = time(0, 20)
"""In New York: the feeds are rebuilt at 00:00, which takes a while."""

FRIDAY = 4
DAYS_AHEAD = 370
"""A year, with both changes of the clocks in it wherever one is."""

MOST_CRON = 990
"""Bytes of a command; many crons take 1,000 and cut or refuse what is longer."""

_NEW_YORK_HOUR = r"$(TZ=EST5EDT,M3.2.0,M11.1.0 date +\%H)"
"""For sh in a crontab: New York's rule spelled out (POSIX), for a zone without data would quietly be UTC. Outside quotes, so that
busybox, which leaves the backslash in, reads the same."""

_KEYS = "Keys do not stand in this file"


class Job(NamedTuple):
    """What is to run, and where."""

    command: tuple[str, ...]
    """The program as an absolute path, and its options; `update` not yet among them."""
    name: str = "papertui-update"
    """Of the unit or job."""
    zone: tzinfo | None = None
    """The machine's own zone; None: as the C library says."""
    zone_name: str = ""
    """For comments: `Europe/Berlin`, or "" where it is not known."""
    user_home: str = ""
    """The folder whose Library/Logs takes what launchd's job says; "" for nowhere."""


class LocalTime(NamedTuple):
    """One time of day, here, at which it is 00:20 in New York on some nights of the year."""

    hour: int
    minute: int
    days: tuple[int, ...]
    """Days of the week on which it can be, here: 0 is Sunday, as in crontab(5) and launchd.plist(5)."""


def schedule(kind: str, job: Job, now: datetime) -> str:
    """The text of a timer of this kind. `now` is aware. UsageError for a path that no such file can hold."""
    for word in job.command:
        _refuse_unwritable(word)
    try:
        return {"systemd": _systemd, "launchd": _launchd, "cron": _cron}[kind](job, now)
    except OverflowError:
        raise UsageError(f"{now:%Y-%m-%d}: too far off for a calendar; set the clock (or PAPERTUI_NOW) right") from None


def job_name(profile: str | None) -> str:
    """A name for the unit or job: one profile's timer does not replace another's. No two hyphens in a row, for an XML comment's sake."""
    own = re.sub(r"[^A-Za-z0-9_.]+", "-", profile or "").strip("-")
    return f"papertui-update-{own}" if own else "papertui-update"


def runs_after(now: datetime, days: int = DAYS_AHEAD) -> Iterator[datetime]:
    """When it is 00:20 in New York, Monday to Friday, in the `days` after `now` (aware), in UTC."""
    first = now.astimezone(new_york()).date()
    for number in range(days + 1):
        day = first + timedelta(days=number)
        run = datetime.combine(day, AT, new_york()).astimezone(UTC)
        if day.weekday() <= FRIDAY and run > now:
            yield run


def local_times(now: datetime, zone: tzinfo | None) -> tuple[LocalTime, ...]:
    """What 00:20 in New York is here in the year to come, in the order of the day."""
    found: dict[tuple[int, int], set[int]] = {}
    for run in runs_after(now):
        here = run.astimezone(zone)
        found.setdefault((here.hour, here.minute), set()).add(here.isoweekday() % 7)
    return tuple(LocalTime(hour, minute, tuple(sorted(days))) for (hour, minute), days in sorted(found.items()))


def changes(now: datetime, zone: tzinfo | None) -> tuple[tuple[date, time], ...]:
    """The local date of the next run and its local time, then of each run in the year whose time is another than the one before."""
    found: list[tuple[date, time]] = []
    for run in runs_after(now):
        here = run.astimezone(zone)
        if not found or found[-1][1] != here.time():
            found.append((here.date(), here.time()))
    return tuple(found)


def _refuse_unwritable(word: str) -> None:
    """One line of a file that a person reads: no control, bidi or invisible character, and nothing that is not UTF-8."""
    if "\n" in word or verbatim(word) != word:
        raise UsageError(f"{one_line(word, 200)!r}: a path with control or invisible characters cannot be written into a timer; rename it")


def _next_run(job: Job, now: datetime) -> str:
    """`Tuesday 24 November 2026, 06:20 here (Europe/Berlin)`."""
    here = next(runs_after(now)).astimezone(job.zone)
    return f"{long_date(here.date())}, {here:%H:%M} here ({job.zone_name or f'UTC{here:%z}'})"


def _said_of_changes(job: Job, now: datetime) -> list[str]:
    """What the changes of the clocks do, for a comment."""
    (day, first), *others = changes(now, job.zone)
    if not others:
        return [f"00:20 in New York is {first:%H:%M} here all the year."]
    told = [f"00:20 in New York is {first:%H:%M} here from {day} on"]
    return [
        ", ".join([*told, *(f"{at:%H:%M} from {when} on" for when, at in others)]) + ":",
        "the clocks of New York and those here do not change together.",
    ]


# systemd


def _systemd(job: Job, now: datetime) -> str:
    install = "awk '/^# FILE /{file=$3} file{print > file}'"
    return _lines(
        f"# FILE {job.name}.service",
        "# Both files of one timer, made by: papertui schedule systemd",
        "# Runs papertui update at 00:20 in New York, Monday to Friday: arXiv's feeds are rebuilt at 00:00 there.",
        f"# The next: {_next_run(job, now)}. systemd keeps New York's time itself, through every change of the clocks.",
        "#",
        "# To install, with the same options as for this output:",
        "#   mkdir -p ~/.config/systemd/user",
        f"#   papertui schedule systemd | (cd ~/.config/systemd/user && {install})",
        f"#   systemctl --user daemon-reload && systemctl --user enable --now {job.name}.timer",
        "#   loginctl enable-linger     where it is to run while you are not logged in, too",
        f"# Whether it ran: systemctl --user list-timers {job.name}.timer; journalctl --user -u {job.name}.service",
        f"# To remove: systemctl --user disable --now {job.name}.timer; rm ~/.config/systemd/user/{job.name}.service"
        f" ~/.config/systemd/user/{job.name}.timer",
        "#",
        f"# {_KEYS}. Set llm.api_key_command (papertui config edit) to what prints the key; or make a file that only you",
        "# can read (install -D -m 600 /dev/null ~/.config/papertui/timer.env) and write OPENAI_API_KEY=... and other variables into it.",
        "[Unit]",
        "Description=papertui: the day's papers",
        "StartLimitIntervalSec=6h",
        "StartLimitBurst=5",
        "",
        "[Service]",
        "Type=oneshot",
        "EnvironmentFile=-%E/papertui/timer.env",
        f"ExecStart={unit_command((*job.command, 'update'))}",
        "# after a failure (no network yet, arXiv busy) again; wrong settings (2) and what is partly done (3) wait for the next night",
        "Restart=on-failure",
        "RestartSec=15min",
        "RestartPreventExitStatus=2 3",
        "",
        f"# FILE {job.name}.timer",
        "[Unit]",
        "Description=papertui: the day's papers, after arXiv's feeds are rebuilt",
        "",
        "[Timer]",
        "OnCalendar=Mon..Fri 00:20 America/New_York",
        "# a machine that was off or asleep at that time catches up",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    )


def unit_command(command: Sequence[str]) -> str:
    """A command as the value of ExecStart=: no specifier, variable, escape or blank of its words means anything.

    The name of the program itself may hold no quote or backslash, and its `$` is not undone: env(1) runs such a one.
    """
    odd = any(char in command[0] for char in "\"'\\$")
    return " ".join(_unit_word(word) for word in (["/usr/bin/env", *command] if odd else command))


def _unit_word(word: str) -> str:
    if re.fullmatch(r"[\w/.:=+,@-]+", word, re.ASCII):
        return word
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{inner}"'


# launchd


def _launchd(job: Job, now: datetime) -> str:
    times = [
        {"Weekday": day, "Hour": each.hour, "Minute": each.minute} for each in local_times(now, job.zone) for day in each.days
    ]  # every time of the year: one that is early finds the list of the day before and changes nothing
    label = job.name
    plist: dict[str, object] = {"Label": label, "ProgramArguments": [*job.command, "update"], "StartCalendarInterval": times}
    if job.user_home:
        log = f"{job.user_home.rstrip('/')}/Library/Logs/{label}.log"
        _refuse_unwritable(log)
        plist |= {"StandardOutPath": log, "StandardErrorPath": log}
    head, body = plistlib.dumps(plist, sort_keys=False).decode().split("<plist", 1)
    file = f"~/Library/LaunchAgents/{label}.plist"
    later = "launchd runs it at each of these times, the whole year: a run before the feeds are rebuilt has little to do, and does no harm."
    comment = _lines(
        "<!--",
        "Made by: papertui schedule launchd",
        "Runs papertui update at 00:20 in New York, Monday to Friday: arXiv's feeds are rebuilt at 00:00 there.",
        f"launchd knows local time only. The next: {_next_run(job, now)}.",
        *_said_of_changes(job, now),
        *([later] if len(changes(now, job.zone)) > 1 else []),
        "In another zone, or after its rules change, print this anew. A Mac that is asleep then runs it on waking; one that is off does not.",
        "",
        "To install, with the same options as for this output:",
        f"  papertui schedule launchd > {file}",
        f"  launchctl bootstrap gui/$(id -u) {file}",
        f"Whether it ran: launchctl print gui/$(id -u)/{label} (last exit code)"
        + (f"; tail ~/Library/Logs/{label}.log" if job.user_home else ""),
        f"To remove: launchctl bootout gui/$(id -u)/{label}; rm {file}",
        "",
        f"{_KEYS}. Keep the key in the keychain and set llm.api_key_command (papertui config edit) to",
        '  ["/usr/bin/security", "find-generic-password", "-s", "papertui", "-w"]',
        "or to what else prints it; name programs by their whole path, for launchd's PATH is short.",
        "-->",
    )  # fmt: skip
    return "".join((head, comment, "<plist", body))


# cron


def _cron(job: Job, now: datetime) -> str:
    command = cron_command((*job.command, "--quiet", "update"))
    times = local_times(now, job.zone)
    guard = f"[ {_NEW_YORK_HOUR} != 00 ] || " if len(times) > 1 else ""
    if len((guard + command).encode()) > MOST_CRON:
        raise UsageError(f"the command is longer than a crontab takes ({MOST_CRON} bytes): choose a shorter path, or name a script there")
    guarded = "The lines ask for New York's hour and go on at midnight there only, so one of them runs a night, all year." if guard else ""
    begin, end = f"# {job.name}: begin", f"# {job.name}: end"
    return _lines(
        begin,
        "# Made by: papertui schedule cron",
        "# WARNING: papertui schedule cron | crontab -   REPLACES your whole crontab. To add to it, with the same options as for this output:",
        "#   (crontab -l; papertui schedule cron) | crontab -",
        "# Runs papertui update at 00:20 in New York, Monday to Friday: arXiv's feeds are rebuilt at 00:00 there.",
        f"# cron knows local time only. The next: {_next_run(job, now)}.",
        *(f"# {line}" for line in _said_of_changes(job, now)),
        *([f"# {guarded}"] if guarded else []),
        "# In another zone, or after its rules change, print this anew. A machine that is off then waits for the next night.",
        "# Whether it ran: cron mails you what goes wrong; journalctl -t CRON, or grep -i cron /var/log/syslog; papertui stats.",
        f"# To remove: crontab -l | sed '/^{begin}$/,/^{end}$/d' | crontab -",
        f"# {_KEYS}, and cron has none of your shell's variables: set llm.api_key_command (papertui config edit) to what prints the key,",
        '# such as ["cat", "/home/you/.config/papertui/key"], a file of mode 0600.',
        *(f"{each.minute} {each.hour} * * {_cron_days(each.days)} {guard}{command}" for each in times),
        "# Where cron is cronie (Fedora, RHEL, Arch), these two lines at the end of the crontab do the same instead:",
        "# CRON_TZ=America/New_York",
        f"# {AT.minute} {AT.hour} * * 1-5 {command}",
        end,
    )


def _cron_days(days: tuple[int, ...]) -> str:
    return f"{days[0]}-{days[-1]}" if len(days) > 2 and days[-1] - days[0] == len(days) - 1 else ",".join(map(str, days))


def cron_command(command: Sequence[str]) -> str:
    """A command as the sixth field of a crontab: words for sh, and no `%` that cron would turn into a newline.

    A percent stands outside quotes behind a backslash: cron takes the backslash off, and where one does not (busybox), sh does.
    """
    return " ".join(_cron_word(word) for word in command)


def _cron_word(word: str) -> str:
    if re.fullmatch(r"[\w/.:=+,@-]+", word, re.ASCII):
        return word
    inner = word.replace("'", "'\"'\"'").replace("%", r"'\%'")
    return f"'{inner}'"


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
