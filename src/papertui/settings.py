"""Settings: one table, from which the checks, `config show` and `config describe` follow. Read from files by config.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar, overload

from papertui.domain import toml
from papertui.setting_kinds import (
    ADDRESS,
    AMOUNT,
    AT_LEAST_ONE,
    BROWSER,
    CATEGORIES,
    COMMAND,
    COUNT,
    FLAG,
    PREFERENCE,
    PRESSES,
    PROFILE_NAME,
    SECONDS,
    SOURCE_LIST,
    SUBSCRIPTIONS,
    TEXT,
    USUAL_SOURCES,
    VIEWER,
    Kind,
    one_of,
    or_none,
)  # fmt: skip

T = TypeVar("T")

SCORERS = ("auto", "llm", "local")
SWITCH = ("off", "on")
KEY_STYLES = ("arxiv",)

PREFIX = "PAPERTUI_"
NO_SETTINGS = ("PAPERTUI_HOME", "PAPERTUI_NOW")
"""Variables of ours that are no settings: they say where the settings are, and what time it is."""


class Setting(Generic[T]):
    """One row of the table; on a `Settings`, its value."""

    __slots__ = ("default", "key", "kind", "prose")

    def __init__(self, key: str, kind: Kind[T], default: T, prose: str) -> None:
        self.key = key
        self.kind = kind
        self.default = default
        self.prose = prose

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return PREFIX + self.key.upper().replace(".", "__")

    @overload
    def __get__(self, settings: None, owner: object) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: object) -> T: ...
    def __get__(self, settings: Settings | None, owner: object) -> Setting[T] | T:
        return self if settings is None else settings.value_of(self)


class Value(NamedTuple):
    """A setting's value and where it came from."""

    value: object
    origin: str


class Settings:
    """All settings as they hold for one run. The table: attribute, key, type, default, what it is for."""

    __slots__ = ("_values",)

    profile = Setting("profile", PROFILE_NAME, "default", "The profile in use: what is fetched and what scores go by.")
    enabled_sources = Setting("sources.enabled", SOURCE_LIST, USUAL_SOURCES, "Where papers come from: arxiv, huggingface, clawrxiv.")
    show_replacements = Setting(
        "sources.show_replacements", FLAG, False, "Whether lists show papers that only a new version brought back; they are stored anyway."
    )
    arxiv_categories = Setting("sources.arxiv.categories", or_none(CATEGORIES), None, "Categories to fetch; unset: the profile's.")
    arxiv_feed_url = Setting(
        "sources.arxiv.feed_url",
        ADDRESS,
        "https://rss.arxiv.org/rss/",
        "Where arXiv's feeds are; the categories, joined by +, are appended.",
    )
    arxiv_site_url = Setting(
        "sources.arxiv.site_url", ADDRESS, "https://arxiv.org", "Where its pages are: /list, /catchup, /pdf and /html below it."
    )
    arxiv_api_url = Setting(
        "sources.arxiv.api_url", ADDRESS, "https://export.arxiv.org/api/query", "Where its search is: single papers, and days long past."
    )
    arxiv_delay_seconds = Setting(
        "sources.arxiv.delay_seconds",
        SECONDS,
        3.0,
        "Pause between any two requests to arXiv, over all processes; arXiv asks for three seconds.",
    )
    arxiv_page_delay_seconds = Setting(
        "sources.arxiv.page_delay_seconds", SECONDS, 15.0, "Pause before a listing page; arXiv asks robots for fifteen seconds."
    )
    huggingface_url = Setting(
        "sources.huggingface.url", ADDRESS, "https://huggingface.co", "Where Daily Papers are; a token is taken from HF_TOKEN."
    )
    clawrxiv_url = Setting("sources.clawrxiv.url", ADDRESS, "https://www.clawrxiv.io", "Where clawRxiv is.")
    lists = Setting(
        "sources.lists", SUBSCRIPTIONS, SUBSCRIPTIONS.read(()),
        "Lists that others publish already scored, fetched with the day: each a [[sources.lists]] with a name and a url or a path, in which"
        " {date}, {year}, {month} and {day} stand for the day's. A path may begin with ~; a relative one starts from config.toml's folder.",
    )  # fmt: skip
    semantic_scholar_enabled = Setting(
        "sources.semantic_scholar.enabled", FLAG, False, "Whether followed authors with an [s2:ID] are looked up there once a month."
    )
    semantic_scholar_url = Setting(
        "sources.semantic_scholar.url", ADDRESS, "https://api.semanticscholar.org", "Where its API is; a key is taken from S2_API_KEY."
    )
    scorer = Setting("scoring.scorer", one_of(*SCORERS), "auto", "Who scores; auto takes the best that is set up.")
    prefer = Setting(
        "scoring.prefer", or_none(PREFERENCE), None,
        "Whose score is shown where a paper has several; unset: a model's, then a published list's, then the local one.",
    )  # fmt: skip
    followed_first = Setting(
        "scoring.followed_first", FLAG, False, "Whether papers of authors you follow stand above all others in the default order."
    )
    passes = Setting(
        "scoring.passes", AT_LEAST_ONE, 1, "How often a model reads every paper, each time in another order; the scores are averaged."
    )
    tie_break = Setting("scoring.tie_break", COUNT, 0, "How many of an edition's best a model puts in a strict order; 0: none.")
    title_screen = Setting(
        "scoring.title_screen", one_of(*SWITCH), "off", "Whether a model first looks at titles and leaves out what nobody would open."
    )
    base_url = Setting("llm.base_url", or_none(ADDRESS), None, "The model's server, up to /v1; unset: OPENAI_BASE_URL, else OpenAI's own.")
    model = Setting("llm.model", or_none(TEXT), None, "The model that scores, by the server's name for it; none is ever assumed.")
    api_key_env = Setting("llm.api_key_env", TEXT, "OPENAI_API_KEY", "The environment variable that holds the key.")
    api_key_command = Setting(
        "llm.api_key_command", or_none(COMMAND), None, 'What prints the key, such as ["pass", "openai"]; asked where the variable is empty.'
    )
    concurrency = Setting("llm.concurrency", AT_LEAST_ONE, 4, "Requests at the same time; at most 16 where answers come in pieces.")
    batch_size = Setting("llm.batch_size", AT_LEAST_ONE, 12, "Papers a request; 8 to 16 are judged best.")
    rpm = Setting("llm.rpm", or_none(AT_LEAST_ONE), None, "Most requests a minute; unset: what the server allows.")
    llm_timeout = Setting("llm.timeout", SECONDS, 120.0, "Seconds to wait for an answer.")
    max_output_tokens = Setting(
        "llm.max_output_tokens", or_none(AT_LEAST_ONE), None, "Most tokens of an answer, reasoning included; unset: the server's limit."
    )
    service_tier = Setting("llm.service_tier", or_none(TEXT), None, 'OpenAI\'s service tier; "flex" costs half and takes longer.')
    budget_usd = Setting(
        "llm.budget_usd", or_none(AMOUNT), None, "Most US dollars that a run may cost; what is left over is scored by the next one."
    )
    price_input = Setting(
        "llm.price.input", or_none(AMOUNT), None, "US dollars for a million prompt tokens; unset: as known for the model and server."
    )
    price_cached = Setting("llm.price.cached", or_none(AMOUNT), None, "The same for prompt tokens that the server had cached.")
    price_output = Setting("llm.price.output", or_none(AMOUNT), None, "The same for tokens of answers.")
    export_bib_file = Setting("export.bib_file", or_none(TEXT), None, "The .bib file that saved papers are appended to; ~ is your home.")
    key_style = Setting("export.key_style", one_of(*KEY_STYLES), "arxiv", "How BibTeX keys are made; arxiv: as on arXiv's own page.")
    export_ascii = Setting("export.ascii", FLAG, True, "Whether exported BibTeX writes accents as TeX commands.")
    open_pdf = Setting(
        "open.pdf", or_none(VIEWER), None, "What opens a PDF: {path} is the file, fetched first, {url} its address; else that is appended."
    )
    open_url = Setting("open.url", or_none(BROWSER), None, "What opens an address: {url} stands for it, else it is appended.")
    theme = Setting("tui.theme", or_none(TEXT), None, "The reader's colours, by name; unset: papertui's own.")
    prepaint = Setting("tui.prepaint", FLAG, True, "Whether the list is on the screen before the rest of the reader is loaded.")
    ascii = Setting("tui.ascii", or_none(FLAG), None, "Whether the reader draws with ASCII alone; unset: where the locale is not UTF-8.")

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """`values`: checked ones, by key; everything else has its default."""
        self._values = dict(values or {})

    def value_of(self, setting: Setting[T]) -> T:
        """A setting's value."""
        found = self._values.get(setting.key)
        return found.value if found else setting.default  # type: ignore[return-value]  # its own kind has read it

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The reader's own keys by action (`keys.ACTION`), in keymap's writing and without clashes."""
        return {key.removeprefix(KEYS_PREFIX): found.value for key, found in self._values.items() if key.startswith(KEYS_PREFIX)}  # type: ignore[misc]

    def get(self, key: str) -> object:
        """A setting by its key. KeyError where there is none."""
        return self.value_of(setting_of(key))

    def origin(self, key: str) -> str:
        """Where its value came from: `default`, `config.toml line 3`, `environment PAPERTUI_…`, `--profile`."""
        found = self._values.get(setting_of(key).key)
        return found.origin if found else "default"

    def show(self) -> list[str]:
        """Lines for `config show`: TOML, with the origin behind it; what is unset is a comment."""
        lines = []
        for setting in whole_table():
            value = self.value_of(setting)
            text = f"# {setting.key} is unset" if value is None else f"{setting.key} = {toml.value_text(setting.kind.written(value))}"
            lines.append(f"{text}  # {self.origin(setting.key)}")
        return lines


_LATER: tuple[tuple[str, Kind[Any], object], ...] = (
    ("scoring.cascade", TEXT, "off"),
    ("export.doi_url", or_none(ADDRESS), None),
    ("export.zotero_url", or_none(ADDRESS), None),
    ("sync.dir", or_none(TEXT), None),
    ("hooks.on_save", or_none(TEXT), None),
    ("hooks.on_edition", or_none(TEXT), None),
)
"""Settings of other versions: a config.toml and an environment shared with one must not stop this one."""

TABLE: tuple[Setting[Any], ...] = (
    *(each for each in vars(Settings).values() if isinstance(each, Setting)),
    *(Setting(key, kind, default, "Known, but without effect in this version.") for key, kind, default in _LATER),
)
"""Every setting there is, in the order of the documentation."""

BY_KEY = {setting.key: setting for setting in TABLE}
BY_VARIABLE = {setting.variable: setting for setting in TABLE}


KEYS_PREFIX = "keys."


@cache
def _key_settings() -> dict[str, Setting[Any]]:
    """`keys.ACTION` for every action of the reader: made where one is set or all settings are told."""
    from papertui.keymap import KEYS

    return {
        f"{KEYS_PREFIX}{key.id}": Setting(f"{KEYS_PREFIX}{key.id}", PRESSES, key.presses, f"Key or keys of the reader: {key.help}.")
        for key in KEYS
    }


def whole_table() -> tuple[Setting[Any], ...]:
    """`TABLE` and the reader's keys."""
    return (*TABLE, *_key_settings().values())


def known_keys(key: str) -> Iterable[str]:
    """The settings among which the nearest to a wrong key is looked for."""
    return _key_settings() if key.startswith(KEYS_PREFIX) else BY_KEY


def setting_of(key: str) -> Setting[Any]:
    """A setting by its key. KeyError where there is none."""
    return _key_settings()[key] if key.startswith(KEYS_PREFIX) else BY_KEY[key]


def is_setting(key: str) -> bool:
    """Whether a key is one."""
    return key in (_key_settings() if key.startswith(KEYS_PREFIX) else BY_KEY)


def describe() -> list[str]:
    """Lines for `config describe`: what every setting is for, its variable, type and default; a config.toml in comments."""
    lines: list[str] = []
    for setting in whole_table():
        default = "unset" if setting.default is None else toml.value_text(setting.default)
        lines += [
            f"# {setting.prose}",
            f"# {setting.kind.says}; default: {default}; also {setting.variable}",
            f"# {setting.key} = {'' if setting.default is None else default}".rstrip(),
            "",
        ]
    return lines[:-1]
