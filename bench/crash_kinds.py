"""What crash.py kills, commands: filling a library, marking, exporting, upgrading. Each kind knows what has to hold afterwards."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from bench import crash_migration
from bench.crash_checks import DATABASE, Event, content, copied, differences, events, faults, leftovers
from bench.crash_data import EARLIER
from bench.crash_runs import PAPERTUI, Command, Outcome, again, moment, papertui, run, span_of
from papertui.domain.ids import PaperId, rowid_of
from papertui.export.bibscan import scan
from papertui.store.library import Library


class Kind(Protocol):
    """One kind of work that is killed."""

    name: str

    def kill_once(self, chance: random.Random) -> Outcome:
        """Do the work, kill it, look, do it again, look."""


def fresh(template: Path | None, home: Path) -> Path:
    """A home as it was before the work."""
    shutil.rmtree(home, ignore_errors=True)
    if template is None:
        home.mkdir(parents=True)
    else:
        shutil.copytree(template, home)
    return home


def lost(found: Sequence[Event], wanted: Sequence[Event]) -> int:
    """How many of `wanted` are not there, or not in their place."""
    kept = next(
        (number for number, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), min(len(found), len(wanted))
    )
    return len(wanted) - kept


class Filling:
    """A command that brings papers or scores into a library, on a copy of `template` (None: there is no library yet)."""

    def __init__(self, name: str, scratch: Path, template: Path | None, arguments: Sequence[str], more: Mapping[str, str]) -> None:
        """Does the work once undisturbed."""
        self.name = name
        self._scratch, self._template, self._arguments, self._more = scratch / name, template, arguments, more
        home = self._home()
        self._before, self._marked = content(home / DATABASE), events(home / DATABASE)
        self._span = span_of(run(self._command(home)))
        self._wanted = content(home / DATABASE)

    def _home(self) -> Path:
        return fresh(self._template, self._scratch / "home")

    def _command(self, home: Path) -> Command:
        return papertui(home, *self._arguments, more=self._more)

    def kill_once(self, chance: random.Random) -> Outcome:
        """Kill the command; afterwards the library is as if it never was."""
        outcome, home = Outcome(), self._home()
        outcome.landed = run(self._command(home), moment(chance, self._span)).killed_at_work
        with copied(home, self._scratch) as copy:
            outcome.checks += faults(copy / DATABASE)
            outcome.midway = content(copy / DATABASE) not in (self._before, self._wanted)
            outcome.lost_marks = lost(events(copy / DATABASE), self._marked)
        again(self._command(home), outcome)
        outcome.second += leftovers(home)
        outcome.second += [f"other {table}" for table in differences(content(home / DATABASE), self._wanted)]
        return outcome


class Marking:
    """`papertui mark` and `undo` in a row, papers by the handful."""

    name = "mark"

    def __init__(self, scratch: Path, template: Path, papers: Sequence[PaperId]) -> None:
        """Measures one command."""
        self._scratch, self._template = scratch / self.name, template
        home = fresh(template, self._scratch / "home")
        self._before = events(home / DATABASE)
        marked = {paper for paper, _, _ in self._before}
        self._papers = [paper for paper in papers if rowid_of(paper) not in marked]
        run(self._save(home, self._papers[:1]))  # the first one on a library has more to find out
        self._span = span_of(run(self._save(home, self._papers[1:10])))

    @staticmethod
    def _save(home: Path, papers: Sequence[PaperId]) -> Command:
        return papertui(home, "mark", *map(str, papers), "--save")

    def kill_once(self, chance: random.Random) -> Outcome:
        """A few commands to their end, and one that is killed: all of it is there or nothing."""
        outcome, home = Outcome(), fresh(self._template, self._scratch / "home")
        left = chance.sample(self._papers, len(self._papers))
        done = list(self._before)
        action: list[Event] = []
        for _ in range(chance.randint(1, 3)):
            action = self._take(left, chance)
            if (ended := run(self._save(home, self._named(action)))).code:
                outcome.checks.append(f"mark: exit {ended.code}: {ended.error}")
            done += action
        undone = chance.random() < 0.3
        last = [(paper, kind, "") for paper, kind, _ in reversed(action)] if undone else self._take(left, chance)
        command = papertui(home, "undo") if undone else self._save(home, self._named(last))
        outcome.landed = run(command, moment(chance, self._span)).killed_at_work
        with copied(home, self._scratch) as copy:
            outcome.checks += faults(copy / DATABASE)
            found = events(copy / DATABASE)
            outcome.lost_marks = lost(found, done)
            if found[len(done) :] not in ([], last):
                outcome.checks.append("an action is there in part")
            outcome.midway = len(found) == len(done)
        again(command, outcome)
        outcome.second += leftovers(home)
        if (missing := lost(events(home / DATABASE), done + last)) > 0:
            outcome.second.append(f"{missing} marks are not as they were made")
        return outcome

    @staticmethod
    def _take(left: list[PaperId], chance: random.Random) -> list[Event]:
        return [(rowid_of(left.pop()), "saved", "1") for _ in range(chance.choice((1, 1, 5, 40)))]

    def _named(self, action: Sequence[Event]) -> list[PaperId]:
        numbers = {rowid_of(paper): paper for paper in self._papers}
        return [numbers[paper] for paper, _, _ in action]


FOREIGN = (
    "% kept by hand \N{EM DASH} do not touch\n@string{ jan = {Januar} }\r\n@comment{jabref-meta: x}\n"
    '@Article{Mine,\n   author = "First Author",  title={{\\\'E}tudes f\N{LATIN SMALL LETTER U WITH DIAERESIS}r zwei},\n\tmonth=jan\n}'
).encode()
ROUNDS = 20
"""Kills on one growing file."""


class Exporting:
    """`papertui export` onto a .bib that grows from run to run: with `--append`, or written anew."""

    def __init__(self, scratch: Path, template: Path, papers: Sequence[PaperId], *, append: bool) -> None:
        """Measures two exports."""
        self.name = "append" if append else "write"
        self._template, self._papers, self._append = template, papers, append
        self._scratch = scratch / self.name
        self._home, self._bib = self._scratch / "home", self._scratch / "bibs" / "refs.bib"
        self._bib.parent.mkdir(parents=True)
        self._kills = 0
        self._anew()
        self._spans = {}
        for at_the_file in (False, False, True):  # the first run on a library has more to find out
            self._save(25)
            self._spans[at_the_file] = span_of(run(self._command(at_the_file)))

    def _anew(self) -> None:
        fresh(self._template, self._home)
        self._left = list(self._papers)
        self._bib.unlink(missing_ok=True)
        if self._kills // ROUNDS % 2 == 0:
            self._bib.write_bytes(FOREIGN)

    def _save(self, count: int) -> None:
        with Library(self._home / DATABASE, write=True) as library:
            library.act([self._left.pop() for _ in range(count)], [("saved", "1"), ("hidden", "")], EARLIER)

    def _command(self, at_the_file: bool) -> Command:
        watched = (self._bib.parent,) if at_the_file else (self._home, self._bib.parent)
        return Command((*PAPERTUI, "export", "-o", str(self._bib), *(("--append",) if self._append else ())), self._home, watched)

    def _bytes(self) -> bytes | None:
        return self._bib.read_bytes() if self._bib.exists() else None

    def kill_once(self, chance: random.Random) -> Outcome:
        """Save a few more, export, kill (every other time just where the file is written): the file is as it was, or whole."""
        outcome, at_the_file = Outcome(), chance.random() < 0.5
        if self._kills % ROUNDS == 0:
            self._anew()
        self._kills += 1
        self._save(chance.randint(5, 25))
        before, command = self._bytes(), self._command(at_the_file)
        outcome.landed = run(command, chance.uniform(0.0, self._spans[at_the_file])).killed_at_work
        now = self._bytes()
        outcome.midway = bool(leftovers(self._bib.parent))
        outcome.lost_entries = len(scan(before or b"").papers - scan(now or b"").papers)
        if self._append and not (now or b"").startswith(before or b""):
            outcome.checks.append("bytes that were there have changed")
        if scan(now or b"").unclosed_line is not None:
            outcome.checks.append("half an entry")
        with copied(self._home, self._scratch) as copy:
            outcome.checks += faults(copy / DATABASE)
        again(command, outcome)
        final = self._bytes()
        if now not in (before, final):
            outcome.checks.append("the file is neither as it was nor whole")
        outcome.second += leftovers(self._home, self._bib.parent) + self._faults_of(final or b"")
        return outcome

    def _faults_of(self, final: bytes) -> list[str]:
        with closing(sqlite3.connect(self._home / DATABASE)) as db:
            (saved,) = db.execute("SELECT count(*) FROM marks WHERE saved AND NOT hidden").fetchone()
        index = scan(final)
        own = index.entries - (1 if final.startswith(FOREIGN) else 0)
        return (
            [] if saved == len(index.papers) == own else [f"{saved} papers are saved, {own} entries of {len(index.papers)} are in the file"]
        )


class Migrating:
    """An older library under a newer program, one process or two at once."""

    name = "migrate"

    def __init__(self, scratch: Path, template: Path) -> None:
        """Does it once undisturbed."""
        self._scratch, self._template = scratch / self.name, template
        home = fresh(template, self._scratch / "home")
        self._before = content(home / DATABASE)
        self._span = span_of(run(self._command(home)))

    @staticmethod
    def _command(home: Path) -> Command:
        return Command((sys.executable, "-m", "bench.crash_migration", str(home / DATABASE)), home, (home,))

    def kill_once(self, chance: random.Random) -> Outcome:
        """Kill it: the old version or a newer one is there wholly, and so is every copy of an old one."""
        outcome, home = Outcome(), fresh(self._template, self._scratch / "home")
        command = self._command(home)
        other = command.start() if chance.random() < 0.3 else None
        outcome.landed = run(command, moment(chance, self._span)).killed_at_work
        if other is not None:
            _, error = other.communicate(timeout=60)
            if other.returncode:
                outcome.second.append(f"one beside it: exit {other.returncode}: {error.strip()}")
        with copied(home, self._scratch) as copy:
            outcome.midway = bool(leftovers(copy)) or version_of(copy / DATABASE) not in (crash_migration.FIRST, crash_migration.LAST)
            outcome.checks += self._faults_of(copy)
            outcome.lost_marks = len(differences(content(copy / DATABASE), self._before))
        again(command, outcome)
        outcome.second += leftovers(home) + self._faults_of(home)
        if version_of(home / DATABASE) != crash_migration.LAST:
            outcome.second.append("the upgrade is not done")
        return outcome

    def _faults_of(self, home: Path) -> list[str]:
        found = faults(home / DATABASE)
        with closing(sqlite3.connect(home / DATABASE)) as db:
            found += crash_migration.faults(db)
        for number in range(crash_migration.FIRST, crash_migration.LAST + 1):
            kept = home / f"{DATABASE}.v{number}"
            if kept.exists():
                found += [f"{kept.name}: {fault}" for fault in faults(kept)]
                if version_of(kept) != number or content(kept) != self._before:
                    found.append(f"{kept.name} is not the library as it was")
        return found


def version_of(database: Path) -> int:
    """The schema's version."""
    with closing(sqlite3.connect(database)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
