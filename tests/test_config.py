"""Settings: layers, origins, and errors that name where a thing stands."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papertui.config import load_settings
from papertui.domain import toml
from papertui.errors import UsageError
from papertui.settings import TABLE, Settings, describe, whole_table

NOWHERE = Path("nowhere") / "config.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refused(path: Path, env: dict[str, str] | None = None, flags: dict[str, object] | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        load_settings(path, env or {}, flags)
    line = str(caught.value)
    assert line.isprintable(), line
    assert caught.value.exit_code == 2
    return line


def test_without_anything_all_settings_have_their_defaults() -> None:
    settings = load_settings(NOWHERE, {"HOME": "/", "PAPERTUI_HOME": "x", "PAPERTUI_NOW": "y"})
    for setting in TABLE:
        assert settings.get(setting.key) == setting.default
        assert settings.origin(setting.key) == "default"
    assert settings.profile == "default"
    assert settings.enabled_sources == ("arxiv",)
    assert settings.arxiv_delay_seconds == 3.0
    assert settings.arxiv_feed_url == "https://rss.arxiv.org/rss/"
    assert settings.arxiv_categories is None
    assert settings.export_ascii is True
    assert settings.prefer is None


def test_every_default_passes_its_own_check_and_has_prose() -> None:
    for setting in TABLE:
        assert setting.prose.endswith(".")
        if setting.default is not None:
            assert setting.kind.read(setting.default) == setting.default


def test_later_layers_win_and_each_value_remembers_its_origin(config: Path) -> None:
    config.write_text('profile = "file"\n\n[export]\nascii = false\n\n[sources.arxiv]\n# slow\ndelay_seconds = 10\n')
    env = {"PAPERTUI_EXPORT__ASCII": "true", "PAPERTUI_PROFILE": "environment"}
    settings = load_settings(config, env, {"profile": "flag", "scoring.prefer": None})
    assert (settings.profile, settings.origin("profile")) == ("flag", "--profile")
    assert (settings.export_ascii, settings.origin("export.ascii")) == (True, "environment PAPERTUI_EXPORT__ASCII")
    assert (settings.arxiv_delay_seconds, settings.origin("sources.arxiv.delay_seconds")) == (10.0, "config.toml line 8")
    assert (settings.prefer, settings.origin("scoring.prefer")) == (None, "default")
    assert load_settings(config, {}).profile == "file"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sources.arxiv.delay_seconds = 1", 1),
        ("sources = { arxiv = { delay_seconds = 1 } }", 1),
        ("\n[sources]\narxiv.delay_seconds = 1", 3),
        ('["sources".arxiv]\n\n"delay_seconds" = 1', 3),
        ('[export]\nbib_file = """\ndelay_seconds = 3"""\n[sources.arxiv]\ndelay_seconds = 1', 5),
    ],
)
def test_the_line_is_found_however_the_key_is_written(config: Path, text: str, line: int) -> None:
    config.write_text(text)
    settings = load_settings(config, {})
    assert settings.arxiv_delay_seconds == 1
    assert settings.origin("sources.arxiv.delay_seconds") == f"config.toml line {line}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[scoring]\npreffer = 'local'", ["config.toml line 2", "scoring.preffer", "scoring.prefer"]),
        ("[soruces]\nenabled = ['arxiv']", ["line 2", "soruces.enabled", "sources.enabled"]),
        ("delay_seconds = 3", ["line 1", "delay_seconds", "sources.arxiv.delay_seconds"]),
        ("[sources.arxiv]\nfeed = 'x'", ["line 2", "sources.arxiv.feed_url"]),
        ("[scorring]", ["line 1", "scorring", "scoring"]),
        ("sources = 3", ["line 1", "sources is a section", "a whole number", "[sources]"]),
        ("[profile]\nname = 'x'", ["profile", "a table"]),
        ('"sources.enabled" = ["arxiv"]', ["line 1", '"sources.enabled"', "nearest is sources.enabled"]),
        ("[[sources.lists]]\nname = 'x'", ["line 1", "sources.lists"]),
        ('"\\u001b[31m" = 1', ["\\u001B[31m"]),
    ],
)
def test_an_unknown_key_is_named_with_its_place_and_the_nearest(config: Path, text: str, words: list[str]) -> None:
    config.write_text(text)
    line = refused(config)
    assert all(word in line for word in words), line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("export.ascii = 3", ["export.ascii", "true or false", "a whole number"]),
        ("export.ascii = 'true'", ["true or false", "a text"]),
        ("sources.arxiv.delay_seconds = true", ["number of seconds"]),
        ("sources.arxiv.delay_seconds = -1", ["0 or more", "-1"]),
        ("sources.arxiv.delay_seconds = nan", ["number of seconds"]),
        ("sources.arxiv.delay_seconds = inf", ["number of seconds"]),
        ("sources.enabled = 'arxiv'", ["a list of sources"]),
        ("sources.enabled = ['arxiv', 'clawxiv']", ["huggingface", "there is arxiv"]),
        ("sources.enabled = [1]", ["a list of sources"]),
        ("sources.arxiv.categories = []", ["a list of arXiv categories"]),
        ("sources.arxiv.categories = ['cs.LG+evil/../x']", ["cs.LG+evil", "cs.LG or astro-ph"]),
        ("sources.arxiv.feed_url = 'ftp://x/'", ["http://"]),
        ("sources.arxiv.feed_url = 'http://x y/'", ["http://"]),
        ("scoring.scorer = 'modell'", ["one of", '"local"']),
        ("scoring.prefer = 'daizedong'", ["list:NAME"]),
        ("export.key_style = 'ads'", ['"arxiv"']),
        ("open.pdf = 'zathura'", ["a command as a list"]),
        ("open.url = []", ["a command as a list"]),
        ("profile = '../x'", ["profile", "a name of letters"]),
        ("profile = ''", ["profile"]),
        ("profile = 2024-01-01", ["a date"]),
        ("tui.theme = 1979-05-27T07:32:00Z", ["a date with a time"]),
        ("export.bib_file = \"a\\u0000b\"", ["NUL"]),
        ("export.bib_file = [\"\\u202E\\u001b[31m\"]", ["\\u202E\\u001B[31m"]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_place_and_what_is_wanted(config: Path, text: str, words: list[str]) -> None:
    config.write_text(text)
    line = refused(config)
    assert all(word in line for word in [f"{config} line 1: ", *words]), line


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[export]\nascii = \n", ["line 2", "not TOML"]),
        (b"profile = 'a'\nprofile = 'b'\n", ["line 2", "not TOML"]),
        (b"profile = 'a", ["line 1", "not TOML"]),
        (b"a = 1\nb = '\x1b[31m'", ["line 2", "not TOML"]),
        (b"x = " + b"9" * 5000, ["not TOML"]),
        (b"x = 2026-99-99", ["not TOML"]),
        (b"x = " + b"[" * 5000, ["nested too deeply"]),
        (b"a = 1\nprofile = '\xff'", ["line 2", "not UTF-8"]),
    ],
)
def test_a_broken_file_is_named_with_line_and_reason(config: Path, data: bytes, words: list[str]) -> None:
    config.write_bytes(data)
    line = refused(config)
    assert str(config) in line
    assert all(word in line for word in words), line


def test_a_file_that_cannot_be_read_is_named(config: Path) -> None:
    config.mkdir()
    assert "cannot be read" in refused(config)


def test_a_byte_order_mark_and_windows_line_ends_are_taken(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbfprofile = 'x'\r\n[export]\r\nascii = false\r\n")
    settings = load_settings(config, {})
    assert (settings.profile, settings.export_ascii) == ("x", False)
    assert settings.origin("export.ascii") == "config.toml line 3"


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("PAPERTUI_PROFILE", "work", "profile", "work"),
        ("PAPERTUI_PROFILE", '"2024"', "profile", "2024"),
        ("PAPERTUI_SOURCES__ENABLED", "[]", "sources.enabled", ()),
        ("PAPERTUI_SOURCES__ARXIV__CATEGORIES", '["cs.LG", "math.AT", "cs.LG"]', "sources.arxiv.categories", ("cs.LG", "math.AT")),
        ("PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS", "0", "sources.arxiv.delay_seconds", 0.0),
        ("PAPERTUI_EXPORT__ASCII", "false", "export.ascii", False),
        ("PAPERTUI_EXPORT__BIB_FILE", "~/refs.bib", "export.bib_file", "~/refs.bib"),
        ("PAPERTUI_SCORING__PREFER", "", "scoring.prefer", None),
        ("PAPERTUI_SCORING__PREFER", "list:daizedong", "scoring.prefer", "list:daizedong"),
        ("PAPERTUI_OPEN__PDF", "['zathura', '{path}']", "open.pdf", ("zathura", "{path}")),
        ("PAPERTUI_TUI__THEME", "1\nx = 2", "tui.theme", "1\nx = 2"),
    ],
)
def test_the_environment_gives_a_toml_value_or_else_a_text(variable: str, text: str, key: str, value: object) -> None:
    assert load_settings(NOWHERE, {variable: text}).get(key) == value


def test_an_empty_variable_unsets_what_the_file_sets(config: Path) -> None:
    config.write_text("scoring.prefer = 'local'\n")
    assert load_settings(config, {"PAPERTUI_SCORING__PREFER": ""}).prefer is None


def test_an_unknown_variable_is_named_with_the_nearest() -> None:
    line = refused(NOWHERE, {"PAPERTUI_SOURCES_ARXIV_DELAY_SECONDS": "1"})
    assert "PAPERTUI_SOURCES_ARXIV_DELAY_SECONDS" in line
    assert "sources.arxiv.delay_seconds (PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS)" in line
    assert "scoring.prefer" in refused(NOWHERE, {"PAPERTUI_SCORING__PREFFER": "local"})
    assert "PAPERTUI_PROFILE" in refused(NOWHERE, {"PAPERTUI_PROFILE": "5"})
    assert "--profile" in refused(NOWHERE, {}, {"profile": "a/b"})


@given(st.text(), st.sampled_from(["PAPERTUI_TUI__THEME", "PAPERTUI_EXPORT__BIB_FILE", "PAPERTUI_PROFILE", "PAPERTUI_SCORING__PREFER"]))
@example("[" * 3000, "PAPERTUI_TUI__THEME")
@example("9" * 5000, "PAPERTUI_TUI__THEME")
@example("\udcff", "PAPERTUI_EXPORT__BIB_FILE")
@example('"a" # b', "PAPERTUI_TUI__THEME")
def test_any_text_of_the_environment_is_kept_or_refused_in_one_line(text: str, variable: str) -> None:
    try:
        settings = load_settings(NOWHERE, {variable: text})
    except UsageError:
        assert variable in refused(NOWHERE, {variable: text})
        return
    (setting,) = [each for each in TABLE if each.variable == variable]
    try:
        expected: object = tomllib.loads(f"v = {text}")["v"]
    except (ValueError, RecursionError, KeyError):
        expected = text
    assert settings.get(setting.key) in (expected, text, None)
    assert all(line.isprintable() for line in settings.show())


@given(st.dictionaries(st.sampled_from(["export.bib_file", "tui.theme"]), st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
def test_what_show_prints_can_be_read_again(values: dict[str, str]) -> None:
    values = {key: value for key, value in values.items() if "\0" not in value}
    shown = "\n".join(load_settings(NOWHERE, {}, dict(values)).show())
    table = tomllib.loads(shown)
    for key, value in values.items():
        section, _, name = key.partition(".")
        assert table[section][name] == value


def test_show_names_every_setting_with_its_origin(config: Path) -> None:
    config.write_text("[export]\nascii = false\n")
    lines = load_settings(config, {}).show()
    assert "export.ascii = false  # config.toml line 2" in lines
    assert "# scoring.prefer is unset  # default" in lines
    assert len(lines) == len(whole_table())


def test_describe_is_a_config_file_in_comments_that_works_once_uncommented(config: Path) -> None:
    text = "\n".join(describe())
    assert all(setting.key in text and setting.prose in text and setting.variable in text for setting in TABLE)
    assert tomllib.loads(text) == {}
    given = [line[2:] for line in describe() if any(line.startswith(f"# {each.key} = ") and each.default is not None for each in TABLE)]
    config.write_text("\n".join(given))
    settings = load_settings(config, {})
    assert all(settings.get(each.key) == each.default for each in TABLE)


def test_settings_cannot_be_changed_by_those_who_read_them() -> None:
    with pytest.raises(AttributeError):
        Settings().profile = "other"  # type: ignore[misc, assignment]
    with pytest.raises(KeyError):
        Settings().get("nothing.such")


@given(st.text())
def test_a_quoted_text_is_printable_toml_that_reads_back(text: str) -> None:
    written = toml.quoted(text)
    assert written.isprintable()
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert tomllib.loads(f"v = {written}")["v"] == text


def test_settings_load_no_parser_where_nothing_is_set() -> None:
    code = (
        "import sys; from pathlib import Path; from papertui.config import load_settings; "
        "load_settings(Path('nowhere'), {'PAPERTUI_PROFILE': 'work'}); "
        "sys.exit(any(name in sys.modules for name in ('tomllib', 'difflib', 'platformdirs', 'json')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
