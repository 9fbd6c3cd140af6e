"""Settings as they are read: defaults, then config.toml, then the environment, then flags; every value remembers where it came from.

| layer | written as | origin |
|---|---|---|
| config.toml | `[section.sub]`, `key = value` | `config.toml line 3` |
| environment | `PAPERTUI_SECTION__SUB__KEY`, a TOML value or else a text | `environment PAPERTUI_…` |
| flags | what the command line was given | `--profile` |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from papertui.domain import toml
from papertui.errors import UsageError
from papertui.settings import BY_KEY, BY_VARIABLE, KEYS_PREFIX, NO_SETTINGS, PREFIX, Settings, Value, is_setting, known_keys, setting_of


def load_settings(path: Path, env: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Settings:
    """The settings of one run. `flags`: values by key that the command line was given (None: not given).

    UsageError with where it stands, the key and what is wrong or nearest, for anything that is not understood.
    """
    values: dict[str, Value] = {}
    for key, value, where, origin in _from_file(path):
        values[key] = _checked(key, value, where, origin)
    for key, value, name in _from_environment(env):
        values[key] = _checked(key, value, name, f"environment {name}")
    for key, value in (flags or {}).items():
        if value is not None:
            flag = f"--{key.rpartition('.')[2].replace('_', '-')}"
            values[key] = _checked(key, value, flag, flag)
    settings = Settings(values)
    _refuse_clashes(settings)
    return settings


def _refuse_clashes(settings: Settings) -> None:
    if chosen := settings.keys:
        from papertui.keymap import clashes

        for action, wrong in clashes(chosen):
            raise UsageError(f"{settings.origin(KEYS_PREFIX + action)}: {KEYS_PREFIX}{action}: {wrong}")


def _checked(key: str, value: object, where: str, origin: str) -> Value:
    kind = setting_of(key).kind
    try:
        return Value(kind.read(value), origin)
    except ValueError as error:
        wrong = str(error) or f"wants {kind.says}, not {toml.shown(value)} ({toml.kind_of(value)})"
        raise UsageError(f"{where}: {key} {wrong}") from None


def _from_environment(env: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    for name in sorted(name for name in env if name.startswith(PREFIX) and name not in NO_SETTINGS):
        key = name[len(PREFIX) :].lower().replace("__", ".")
        setting = BY_VARIABLE.get(name) or (setting_of(key) if key.startswith(KEYS_PREFIX) and is_setting(key) else None)
        if setting is None:
            key = toml.printable(key)
            near = setting_of(toml.nearest(key, known_keys(key)))
            raise UsageError(f"environment {toml.printable(name)}: no setting is called {key}; the nearest is {near.key} ({near.variable})")
        value = toml.value_in(env[name])
        yield setting.key, env[name] if value is None else value, name


def _from_file(path: Path) -> Iterator[tuple[str, object, str, str]]:
    """Key, value, where it stands and its origin, for every value in config.toml."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        raise UsageError(f"{shown_path(path)} line {before + 1}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{shown_path(path)}: cannot be read ({error.strerror or error})") from None
    table = toml.parse(text, shown_path(path))
    lines = toml.lines_of_keys(text)
    for parts, value in _leaves(table, ()):
        key = toml.key_text(*parts)
        line = next((lines[parts[:length]] for length in range(len(parts), 0, -1) if parts[:length] in lines), 0)
        stands = f" line {line}" if line else ""
        if not is_setting(key):
            raise UsageError(f"{shown_path(path)}{stands}: {_unknown(key, value)}")
        yield key, value, f"{shown_path(path)}{stands}", f"{path.name}{stands}"


def _leaves(table: Mapping[str, object], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Settings and whatever else holds a value, by the parts of their keys; an empty unknown table is named too."""
    for name, value in table.items():
        parts = (*above, name)
        key = toml.key_text(*parts)
        if isinstance(value, dict) and key not in BY_KEY and (value or key not in _SECTIONS):
            if value:
                yield from _leaves(value, parts)
            else:
                yield parts, value
        elif not isinstance(value, dict) or key in BY_KEY:
            yield parts, value


_SECTIONS = {key.rsplit(".", count)[0] for key in BY_KEY for count in range(1, key.count(".") + 1)} | {"keys"}


def _unknown(key: str, value: object) -> str:
    if key in _SECTIONS:
        return f"{key} is a section, not {toml.kind_of(value)}: write [{key}] and its settings below"
    return f"no setting is called {key}; the nearest is {toml.nearest(key, known_keys(key))}"


def shown_path(path: Path) -> str:
    """A path for an error line."""
    return toml.printable(str(path))
