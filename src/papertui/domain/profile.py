"""A profile: what the reader wants to see. Settings in TOML between fences, topics in prose below. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papertui.domain import toml
from papertui.domain.gate import one_line, paragraphs
from papertui.errors import UsageError

if TYPE_CHECKING:
    from papertui.domain.authors import Alias

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)
_NAME = re.compile(r"\w[\w .+-]{0,63}")
_FENCES = ("+++", "---")


def is_category(text: str) -> bool:
    """Whether a text has the form of an arXiv archive or category (`cs.LG`, `astro-ph`): safe within an address."""
    return len(text) <= 40 and _CATEGORY.fullmatch(text) is not None


def is_profile_name(text: str) -> bool:
    """Whether a text can name a profile and so a file: letters, digits, `_ . + -` and blanks within, at most 64."""
    return _NAME.fullmatch(text) is not None and not text.endswith((" ", ".")) and text.isprintable()


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing the reader wants to see."""

    name: str
    """A few words, for the comments of the local scorer."""

    text: str = ""
    """What is meant by it; may be empty where the name says all."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The reader's interests. Texts are after the gate."""

    name: str
    categories: tuple[str, ...] = ()
    """arXiv categories to fetch."""
    sources: tuple[str, ...] = ()
    """Sources to use instead of the settings' ones; empty: theirs."""
    topics: tuple[Topic, ...] = ()
    unwanted: tuple[str, ...] = ()
    """Topics and words that count against a paper."""
    keywords: tuple[str, ...] = ()
    """Words or phrases, each as good as a topic."""
    followed: tuple[str, ...] = ()
    """Authors whose papers rank high whatever they are about; domain/authors.py says how a name may be written."""
    muted_words: tuple[str, ...] = ()
    muted_authors: tuple[str, ...] = ()
    muted_categories: tuple[str, ...] = ()
    """Archives or categories that no paper may have as its first one."""
    min_relevance: float | None = None
    """Cut-offs on the scale of 1 to 10; None: none."""
    min_novelty: float | None = None
    aliases: tuple[tuple[str, Alias], ...] = ()
    """What is known of followed authors beside their names; stands in no file."""
    digest: str = field(default="", init=False)
    """Digest of all that scores depend on: not of the name, the categories, the sources, the cut-offs and the aliases."""

    def __post_init__(self) -> None:
        parts = (
            [(topic.name, topic.text) for topic in self.topics], self.unwanted, self.keywords,
            self.followed, self.muted_words, self.muted_authors, self.muted_categories,
        )  # fmt: skip
        object.__setattr__(self, "digest", hashlib.sha256(repr(parts).encode()).hexdigest()[:16])


def parse_profile(text: str, name: str, where: str | None = None) -> Profile:
    """Read a profile: TOML between `+++` lines (or `---`), then Markdown.

    Each list item and each heading with a paragraph is a topic; under a heading such as `## Not interested` they are
    unwanted. HTML comments are ignored. UsageError names `where` (else the profile), the line or key, and the reason.
    """
    where = where or f"profile {toml.printable(name)}"
    front, prose, first_line = _split(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), where)
    settings = _front_matter(toml.parse(front, where, first_line), where)
    topics, unwanted = _topics(prose)
    return Profile(name=name, topics=topics, unwanted=unwanted, **settings)  # type: ignore[arg-type]  # checked key by key


def _split(text: str, where: str) -> tuple[str, str, int]:
    """Front matter, prose, and the line on which the front matter begins."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines) or lines[start].strip() not in _FENCES:
        return "", text, 1
    fence = lines[start].strip()
    for number in range(start + 1, len(lines)):
        if lines[number].strip() == fence:
            return "\n".join(lines[start + 1 : number]), "\n".join(lines[number + 1 :]), start + 2
    raise UsageError(f"{where} line {start + 1}: the settings that begin with {fence} never end: put another {fence} line below them")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError('wants a list of texts, as in ["one", "two"]')
    return tuple(dict.fromkeys(line for part in value if (line := one_line(part, 200))))


def _categories(value: object) -> tuple[str, ...]:
    found = _texts(value)
    for part in found:
        if not is_category(part):
            raise ValueError(f"{toml.shown(part)} is no arXiv category: they look like cs.LG or astro-ph")
    return found


def _cutoff(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 10:
        raise ValueError("wants a number from 1 to 10")
    return value


_KEYS: dict[str, Callable[[object], object]] = {
    "categories": _categories,
    "sources": _texts,
    "followed": _texts,
    "muted_words": _texts,
    "muted_authors": _texts,
    "muted_categories": _categories,
    "keywords": _texts,
    "cutoffs.min_relevance": _cutoff,
    "cutoffs.min_novelty": _cutoff,
}
PROFILE_KEYS = tuple(_KEYS)
"""Keys that a profile's front matter may hold."""


def _front_matter(table: dict[str, object], where: str) -> dict[str, object]:
    cutoffs = table.pop("cutoffs", {})
    if not isinstance(cutoffs, dict):
        raise UsageError(f"{where}: cutoffs is a table: write cutoffs.min_relevance = 7")
    found: dict[str, object] = {}
    for key, value in [*table.items(), *((f"cutoffs.{key}", value) for key, value in cutoffs.items())]:
        check = _KEYS.get(key)
        if check is None:
            raise UsageError(f"{where}: unknown key {toml.shown(key)}; the nearest known one is {toml.nearest(key, _KEYS)}")
        try:
            found[key.rpartition(".")[2]] = check(value)
        except ValueError as error:
            raise UsageError(f"{where}: {key} {error}, not {toml.shown(value)}") from error
    return found


# The prose. Only as much Markdown as people write in such a file: headings, paragraphs, lists, emphasis, links, comments.

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})(?:\s+(.*?))?\s*#*\s*")
_ITEM = re.compile(r"([*+-]|\d{1,3}[.)])\s+(.*)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^)]{0,2000}\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_NOT = re.compile(
    r"(?:(?:i am |i'm )?not(?: (?:interested|wanted|interesting|relevant|for me|this|these))?(?: in)?|un(?:wanted|interesting)|avoid|exclude[ds]?|no)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:my |wanted |research )?(?:topics?|interests?|wanted|yes|interested in|what i want(?: to (?:read|see))?)", re.IGNORECASE
)
_BOLD_LEAD = re.compile(r"(?:\*\*|__)(.+?)(?:\*\*|__)\s*[:.–—-]?\s*(.*)", re.DOTALL)
_LEAD = re.compile(r"([^:.!?]{1,60}?)(?::\s+|\s+[–—-]\s+)(.+)", re.DOTALL)


@dataclass(slots=True)
class _Section:
    heading: str = ""
    level: int = 1
    unwanted: bool = False
    paragraphs: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


def _topics(prose: str) -> tuple[tuple[Topic, ...], tuple[str, ...]]:
    topics: list[Topic] = []
    unwanted: list[str] = []
    sections = _sections(_COMMENT.sub("", prose))
    titled = sum(section.level == 1 for section in sections) == 2  # the part before any heading, and one `# Title`
    for section in sections:
        texts = [text for text in section.paragraphs if not (section.items and text.rstrip("*_ ").endswith(":"))]
        if section.unwanted:
            named = [] if _NOT.fullmatch(section.heading) else [section.heading]
            unwanted.extend(part for text in [*named, *texts, *section.items] for part in _unwanted(text))
            continue
        is_name = not (section.level == 1 and titled) and not _NO_NAME.fullmatch(section.heading)
        named_by_heading = section.heading if is_name else ""
        if named_by_heading and (texts or not section.items):
            topics.append(Topic(_bare(named_by_heading), paragraphs("\n\n".join(_bare(text) for text in texts))))
        else:
            topics.extend(_topic(text) for text in texts)
        topics.extend(_topic(item) for item in section.items)
    kept = dict.fromkeys(topic for topic in topics if topic.name)
    return tuple(kept), tuple(dict.fromkeys(part for part in unwanted if part))


def _sections(prose: str) -> list[_Section]:
    """Headings with what stands below them; a heading that is deeper than an unwanted one is unwanted too."""
    sections = [_Section()]
    open_item = fresh = False  # does an indented line continue a list item, and does a paragraph begin anew?
    for line in prose.split("\n"):
        section, stripped = sections[-1], line.strip()
        indented = line[:1] in (" ", "\t")
        if not stripped:
            fresh = True
        elif heading := _HEADING.fullmatch(stripped):
            level, title = len(heading[1]), (heading[2] or "").strip().rstrip(":.").strip()
            below = section.unwanted and level > min(each.level for each in _trailing_unwanted(sections))
            sections.append(_Section(_bare(title), level, below or _NOT.fullmatch(_bare(title)) is not None))
            open_item, fresh = False, True
        elif (item := _ITEM.fullmatch(stripped)) and not (indented and open_item):
            section.items.append(item[2])
            open_item, fresh = True, False
        elif open_item and (indented or not fresh):
            section.items[-1] += f" {item[2] if item else stripped}"
        elif fresh or not section.paragraphs:
            section.paragraphs.append(stripped)
            open_item = fresh = False
        else:
            section.paragraphs[-1] += f" {stripped}"
    return sections


def _trailing_unwanted(sections: list[_Section]) -> list[_Section]:
    """The unwanted sections at the end: one such heading and those below it."""
    found: list[_Section] = []
    for section in reversed(sections):
        if not section.unwanted:
            break
        found.append(section)
    return found


def _bare(text: str) -> str:
    """Markdown's marks taken off one line."""
    return one_line(_EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))))


def _topic(text: str) -> Topic:
    """A topic from one item or paragraph: its name is the bold lead, what stands before a colon, or its first words."""
    for pattern in (_BOLD_LEAD, _LEAD):
        if match := pattern.fullmatch(text.strip()):
            return Topic(_bare(match[1]).rstrip(":.– —-"), _bare(match[2]))
    bare = _bare(text)
    words = re.split(r"(?<=\w)[.,;:!?](?:\s|$)", bare, maxsplit=1)[0].split()
    short = " ".join(words[:6]) + ("…" if len(words) > 6 else "")
    return Topic(short, "" if bare.rstrip(".") == short else bare)


def _unwanted(text: str) -> list[str]:
    """An unwanted line as one text, or as its parts where it is a bare list of short ones."""
    bare = _bare(text).rstrip(".")
    parts = [re.sub(r"^(?:and|or)\s+", "", part.strip()) for part in re.split(r"[,;]", bare)]
    if len(parts) > 1 and "(" not in bare and all(part and len(part.split()) <= 4 for part in parts):
        return parts
    return [bare]
