"""What the first screen's pages say, as lines for a given width. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from papertui.domain.profile import Profile
from papertui.domain.profile_edit import ProfileForm
from papertui.services.events import Event, Failed, Fetched, Progress, Scored, Warned
from papertui.tui.cells import Line, clip, wrap
from papertui.tui.first.acts import CATEGORIES, INTERESTS
from papertui.tui.status import note_parts, progress_text, reason_first

_WHAT = (
    "papertui shows the day's new papers as one list, scores each for relevance to you and for novelty, and remembers "
    "what you read, saved and hid."
)
_STEPS = (
    "Choose arXiv categories.",
    "Say in a few lines what you want to read.",
    "Fetch and score the newest mailing: some seconds.",
)
_LOAD = "`papertui load FILE` takes in somebody's published list."
ROOMY = 20
"""Lines from which there are empty ones between paragraphs."""
_LOW = 11
"""Lines below which the pages with something to fill in say less."""


def _text(text: str, width: int, style: str = "text") -> list[Line]:
    return [((line, style),) for line in wrap(text, width)]


def _item(sign: str, text: str, width: int, style: str = "text", sign_style: str = "strong") -> list[Line]:
    """A line with a sign before it; what does not fit on it goes on below, under the text."""
    room = max(width - len(sign) - 1, 2)
    return [((f"{'' if number else sign:<{len(sign)}} ", sign_style), (line, style)) for number, line in enumerate(wrap(text, room))]


def intro_lines(width: int, height: int, form: ProfileForm) -> list[Line]:
    """What papertui is, and what will happen."""
    blank: list[Line] = [()] if height >= ROOMY else []
    lines = [*_text(_WHAT, width), ()]
    lines += [*_text("The library is empty. Three steps lead to a first list:", width), *blank]
    for number, step in enumerate(_STEPS, 1):
        lines += _item(f" {number}", step, width, sign_style="accent")
    lines += [*blank, *_text("Nothing is written or sent before step 3.", width, "muted"), ()]
    whose = "your profile" if form.confirmed else "the example"
    fetched = " ".join((form.fixed or form.categories)[:6])
    for key, does in (
        ("Enter", "begin"),
        ("    r", f"fetch at once by {whose}" + (f": {fetched}" if fetched else "")),
        ("    d", "demo, invented papers: also `papertui --demo`"),
    ):
        lines += _item(f" {key} ", does, width)
    return [*lines, *blank, *_text(_LOAD, width, "muted")]


def categories_lines(width: int, height: int, form: ProfileForm) -> list[Line]:
    """What stands above the list of categories."""
    said = "Which arXiv categories do you read? Type to search them."
    if form.fixed:
        said = f"Your settings name categories, and those are fetched ({' '.join(form.fixed)}): these here go into your profile."
    return _text(said, width)[: 1 if height < _LOW else 3]


def interests_lines(width: int, height: int, form: ProfileForm) -> list[Line]:
    """What stands above the interests."""
    if form.confirmed and form.interests:
        said = "The interests in your profile, in Markdown: each item of a list and each paragraph is a topic."
        return _text(said, width)[: 1 if height < _LOW else 3]
    lines = _text("What do you want to read? One topic a line, in the words that papers use.", width)
    return lines[:1] if height < _LOW else [*lines, *_text("A line that begins with `not` names what you do not want.", width, "muted")]


def hint(page: str, chosen: Sequence[str]) -> str:
    """What the message line says while nothing else is to be said: how to go on from a page that is filled in."""
    if page == CATEGORIES:
        return "Tab goes on to your interests." if chosen else ""
    return "Enter begins another line, Tab goes on." if page == INTERESTS else ""


EXAMPLE = "for example:\nefficient inference: quantization, pruning, KV cache\nmechanistic interpretability of language models\nnot medical imaging"
"""What stands in the empty box."""


def ready_lines(width: int, form: ProfileForm, chosen: Sequence[str], read: Profile, changed: bool, asked: str = "") -> list[Line]:
    """What was chosen and how it is understood, before anything is written; `asked`: the model that will score, and where it is."""
    lines: list[Line] = [*_item("Categories ", " ".join(chosen), width)]
    if form.fixed:
        lines += _text(f"The settings name others, and those are fetched: {' '.join(form.fixed)}.", width, "muted")
    lines += [(), (("Topics", "strong"),)]
    for topic in read.topics:
        lines += _item("  +", f"{topic.name}: {topic.text}" if topic.text else topic.name, width, sign_style="good")[:2]
    for text in read.unwanted:
        lines += _item("  -", f"{text} (not wanted)", width, sign_style="bad")[:2]
    if not (read.topics or read.keywords or form.confirmed):
        lines += _text("  none: then no paper is more relevant than another. Shift-Tab goes back; a line or two is enough.", width, "bad")
    keeps = f"Enter writes this to {form.where}" if changed else f"Enter leaves {form.where} as it is"
    scored = f"Titles and abstracts are then sent to be scored by {asked}." if asked else "Scores are made on this machine."
    lines += [(), *_text(f"{keeps} and gets the newest mailing from arXiv. {scored}", width)]
    return [*lines, *_text("Nothing has been written or sent so far.", width, "muted")]


# -- the fetch


@dataclass
class Work:
    """What a fetch has told so far."""

    kept: str
    """What was done with the profile."""
    done: list[str] = field(default_factory=list)
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    papers: int = 0

    def heard(self, event: Event) -> None:
        """Take in what the update tells."""
        match event:
            case Progress():
                self.progress = event
            case Fetched():
                self.papers += event.papers
                self.done.append(
                    f"{event.source} {event.date.isoformat()}: {event.papers} papers" if event.papers else event.reason or "no papers"
                )
            case Scored():
                self.done.append(f"{event.papers} papers scored ({event.scorer})")
                self.progress = None
            case Failed():
                self.failed.append(f"{event.what}: {event.why}")
            case Warned():
                self.notes.append(event.text)


def working_lines(width: int, work: Work) -> list[Line]:
    """How far the fetch is."""
    lines: list[Line] = [(("Getting your first list", "strong"),), ()]
    for text in (work.kept, *work.done):
        lines += _item("[x]", text, width, sign_style="good")
    if work.progress is not None:
        lines += _item("[ ]", progress_text(work.progress), width, sign_style="accent")
        if work.progress.total:
            lines.append((("    ", "text"), *bar(work.progress.done / work.progress.total, min(width - 4, 40))))
        if work.progress.note:
            lines += _item("   ", " · ".join(note_parts(work.progress.note)), width, "muted")
    for text in work.failed:
        lines += _item(" ! ", reason_first(text), width, "bad", "bad")
    for text in work.notes[-3:]:
        lines += _item("   ", reason_first(text), width, "muted")
    if work.papers and work.progress is not None:
        lines += [(), *_text("Enter shows the list already; scores come in as they are made.", width, "muted")]
    return lines


def bar(share: float, width: int) -> Line:
    """A bar of `width` cells of which `share` (0 to 1) is filled."""
    filled = round(max(0.0, min(share, 1.0)) * width)
    return (("━" * filled, "accent"), ("─" * (width - filled), "faint"))


def failed_lines(width: int, reason: str) -> list[Line]:
    """The fetch came to nothing (offline, say): why, and what can be done."""
    lines = [*_text(f"The fetch failed: {reason_first(reason)}", width, "bad"), (), *_text("Nothing is lost.", width)]
    lines += _item("  r ", "try again", width)
    lines += _item("  d ", "look at the demo meanwhile: invented papers, no network", width)
    lines += _item("Esc ", "change categories and interests", width)
    return [*lines, (), *_text("`papertui load FILE` takes in a published list without a network.", width, "muted")]


def nothing_lines(width: int, reason: str | None) -> list[Line]:
    """The fetch went well and brought no papers: a weekend, a holiday, a quiet category."""
    lines = _text(f"No papers: {reason or 'the newest mailing has none in your categories'}.", width, "strong")
    lines += [(), *_text("arXiv's lists come out on Mondays to Fridays, about midnight in New York. Your profile is kept.", width)]
    lines += _item("  r ", "try again, then or now", width)
    lines += _item("  d ", "look at the demo meanwhile: invented papers, no network", width)
    lines += _item("Esc ", "change categories and interests", width)
    return [*lines, (), *_text("`papertui load FILE` takes in a published list at any time.", width, "muted")]


def trouble_lines(width: int, form: ProfileForm) -> list[Line]:
    """A profile that cannot be read: it is not touched."""
    lines = [*_text(f"Your profile cannot be used: {form.trouble}", width, "bad"), ()]
    lines += _text("It is left exactly as it is. `papertui profile edit` opens it in another terminal; then", width)
    lines += _item("  r ", "read it again, and go on", width)
    lines += _item("  s ", "go on without it: look at the empty list", width)
    return [*lines, *_item("  d ", "look at the demo: invented papers, no network", width)]


def steps_line(step: int, width: int) -> Line:
    """The line above: which of the three steps this is; 0 is none of them."""
    names = ("Categories", "Interests", "Your list")
    if not step:
        return ((" papertui", "line_key"), (" · the first start", "line"))
    if width < 60:
        return ((" papertui ", "line_key"), (f" step {step} of {len(names)}: {names[step - 1]}", "line"))
    line: list[tuple[str, str]] = [(" papertui   ", "line_key")]
    for number, name in enumerate(names, 1):
        line.append((f" {number} {name} ", "head_sorted" if number == step else "line"))
        line.append(("  ", "line"))
    return tuple(line)


def search_line(text: str, at: int, width: int) -> Line:
    """The line that is typed into, with its caret."""
    before = "Search: "
    text += " "
    while len(text) > 1 and len(before) + len(text) > width and at > 0:  # a text longer than the line shows its end
        text, at = text[1:], at - 1
    hint = "" if text.strip() else "type a word, or move with the arrows"
    line: Line = ((before, "accent"), (text[:at], "text"), (text[at], "badge"), (text[at + 1 :], "text"))
    return (*line, (clip(f" {hint}", max(width - len(before) - 1, 0)).rstrip(), "faint")) if hint else line
