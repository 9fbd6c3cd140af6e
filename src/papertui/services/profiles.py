"""Profiles as files: read, write, list. The one called `default` exists before it is written: papertui brings it along."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.domain.gate import one_line
from papertui.domain.profile import Profile, is_profile_name, parse_profile
from papertui.errors import PapertuiError, UsageError
from papertui.paths import Paths
from papertui.prompts import find_prompt
from papertui.services.replacing import replace_text
from papertui.setting_kinds import SOURCES

if TYPE_CHECKING:
    from papertui.domain.profile_edit import ProfileForm

DEFAULT = "default"
_SHIPPED = "profile.md"


@dataclass(frozen=True, slots=True)
class LoadedProfile:
    """A profile and whether the reader made it theirs."""

    profile: Profile
    path: Path
    """Where it is, or would be written."""
    confirmed: bool
    """False for the one that papertui brings along, as long as the reader has no file of their own."""


def load_profile(paths: Paths, name: str = DEFAULT) -> LoadedProfile:
    """Read a profile. UsageError in one line where there is none of that name (with those that exist), or where it is
    unreadable, not UTF-8 or not understood (with the line or key)."""
    text, confirmed = _read(paths, name)
    path = profile_path(paths, name)
    return LoadedProfile(_parsed(text, name, _shown(path) if confirmed else f"prompts/{_SHIPPED}"), path, confirmed)


def profile_text(paths: Paths, name: str = DEFAULT) -> str:
    """A profile as written, even where it would not be understood. UsageError where it is missing or unreadable."""
    return _read(paths, name)[0]


def _read(paths: Paths, name: str) -> tuple[str, bool]:
    """A profile's text, and whether it is the reader's own file."""
    path = profile_path(paths, name)
    try:
        return path.read_bytes().decode("utf-8-sig"), True
    except (FileNotFoundError, NotADirectoryError):
        if name == DEFAULT:
            return find_prompt(_SHIPPED, paths.prompts), False
        known = names(paths)
        there = f"are {', '.join(known)}" if len(known) > 1 else f"is {known[0]}"
        word = f"'{name}'" if " " in name else name
        raise UsageError(f"no profile is called {name}: there {there}; papertui profile new {word} makes one") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        raise UsageError(f"{_shown(path)} line {before + 1}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{_shown(path)}: cannot be read ({error.strerror or error})") from None


def profile_path(paths: Paths, name: str) -> Path:
    """The file of a profile. UsageError for a name that cannot be a file's."""
    if not is_profile_name(name):
        raise UsageError(f"{one_line(name, 80)!r} cannot name a profile: use letters, digits and . _ + -")
    return paths.profiles / f"{name}.md"


def names(paths: Paths) -> list[str]:
    """The profiles there are, `default` always among them."""
    try:
        found = {path.stem for path in paths.profiles.iterdir() if path.suffix == ".md" and is_profile_name(path.stem)}
    except OSError:
        found = set()
    return sorted(found | {DEFAULT})


def write_profile(paths: Paths, name: str, text: str) -> Path:
    """Write a profile, whole or not at all. UsageError where it would not be understood: the old one then stays."""
    path = profile_path(paths, name)
    _parsed(text, name, f"profile {name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
    except (OSError, UnicodeEncodeError) as error:
        raise PapertuiError(f"{_shown(path)}: cannot be written ({getattr(error, 'strerror', None) or error})") from error
    return path


def profile_form(paths: Paths, name: str = DEFAULT, fixed: Sequence[str] = ()) -> ProfileForm:
    """A profile for a form; `fixed`: categories that the settings name. What is wrong with the file is its `trouble`."""
    from papertui.domain.profile_edit import ProfileForm, interests_of

    form = ProfileForm(name, _shown(paths.profiles / f"{name}.md"), fixed=tuple(fixed))
    try:
        loaded = load_profile(paths, name)
        source = _as_written(paths, name)
    except PapertuiError as error:
        return form._replace(trouble=str(error))
    form = form._replace(categories=loaded.profile.categories, confirmed=loaded.confirmed, source=source)
    return form._replace(interests=interests_of(source)) if loaded.confirmed else form


def keep_profile(paths: Paths, form: ProfileForm, categories: Sequence[str], interests: str) -> Path | None:
    """Write what the reader chose and typed into the profile that `form` was made of, and leave the rest of it as it is.

    None where there was nothing to write. PapertuiError where the file has changed since, or cannot be changed or written:
    it is then as it was.
    """
    from papertui.domain.profile_edit import edited, prose_for

    if form.trouble:
        raise PapertuiError(form.trouble)
    path = profile_path(paths, form.name)
    if os.path.lexists(path) != form.confirmed or _as_written(paths, form.name) != form.source:
        raise PapertuiError(f"{form.where}: changed by something else meanwhile, so nothing was written; start again")
    # the prose that papertui brings along is an example: what the reader typed, or nothing, takes its place
    prose = prose_for(form, interests) if interests.rstrip() != form.interests or not form.confirmed else None
    text = edited(form.source, form.where, categories=categories, prose=prose)
    if form.confirmed and text == form.source:
        return None
    return write_profile(paths, form.name, text)


def _as_written(paths: Paths, name: str) -> str:
    """A profile's text with the mark of byte order that it may begin with."""
    try:
        return profile_path(paths, name).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):  # the one that is brought along, or an error that says what is wrong
        return profile_text(paths, name)


def new_profile(paths: Paths, name: str) -> Path:
    """Make a profile from the one that papertui brings along. UsageError where there is one of that name already."""
    path = profile_path(paths, name)
    if os.path.lexists(path):
        raise UsageError(f"there is a profile {name} already: {_shown(path)}")
    return write_profile(paths, name, find_prompt(_SHIPPED, paths.prompts))


def confirm(paths: Paths, name: str = DEFAULT) -> Path:
    """The file of a profile, to edit; `default` is written first where the reader has none. UsageError where there is none."""
    path = profile_path(paths, name)
    return path if os.path.lexists(path) else write_profile(paths, name, profile_text(paths, name))


def _parsed(text: str, name: str, where: str) -> Profile:
    profile = parse_profile(text, name, where)
    for source in profile.sources:
        if source not in SOURCES:
            raise UsageError(f"{where}: sources: no source is called {source!r}; there is {', '.join(SOURCES)}")
    return profile


def _shown(path: Path) -> str:
    return one_line(str(path))
