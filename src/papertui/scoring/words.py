"""Words of titles and abstracts as the local scorer compares them. Pure, standard library only."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from papertui.domain.fold import fold
from papertui.domain.plain import plain

_STOP = frozenset(
    """
    a about above across after again against all almost alone along already also although always am among an and another any are around
    as at be became because become been before being below between beyond both but by can cannot could despite did do does doing done down
    due during each either else enough especially etc even ever every few first for former from further furthermore get give given has
    have having he hence her here high his how however i if in indeed instead into is it its itself just last latter least less like made
    mainly make many may me might more moreover most mostly much must my namely near neither never next no none nor not nothing now of
    off often on once one only onto or other others otherwise our out over own per perhaps quite rather same second several she should
    since so some such than that the their them then thence there thereby therefore these they this those though through throughout thus
    to together too toward towards two under until up upon us use used uses using usually various very via was we well were what when
    where whereas whether which while who whole whose why will with within without would yet you your
    abstract approach based code demonstrate demonstrates existing experiment experiments extensive introduce introduces method methods
    new novel outperform outperforms paper papers performance present presents propose proposed proposes provide provides recent recently
    result results show showing shown shows significant significantly study studies work works
    """.split()  # noqa: SIM905 (a paragraph of words is easier to read and to sort than a list)
)
"""Words that tell nothing of a paper's subject: English's small words and those of every abstract."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.,;:!?](?=\s|$)|[()\[\]|“”\"\n]")
"""A word, or a mark across which two words are no pair."""

_ENDINGS = ("isations", "izations", "isation", "ization", "ising", "izing", "ised", "ized", "ises", "izes", "ise", "ize", "ings", "ing", "ed",
            "ies", "es", "s", "y", "e")  # fmt: skip
_SHORTEST_STEM = 4


def stem(word: str) -> str:
    """A folded word without its ending: `quantized`, `quantizing` and `quantization` are one; short words lose only their plural."""
    no_plural = word.endswith(("ss", "us", "is"))
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not (ending == "s" and no_plural):
            return word[: -len(ending)]
    return word[:-1] if len(word) == _SHORTEST_STEM and word.endswith("s") and not no_plural else word


class Stems(dict[str, str | None]):
    """What each word is compared as, None where it tells nothing. Remembers: a day has 200,000 words and 15,000 different ones."""

    def __missing__(self, word: str) -> str | None:
        folded = fold(word).partition("'")[0]
        tells = len(folded) > 1 and folded[0].isalnum() and not folded.isdigit() and folded not in _STOP
        self[word] = stem(folded) if tells else None
        return self[word]


def features(text: str, stems: Stems) -> list[str]:
    """The subject words of a text and the pairs that stand side by side, never across punctuation or a small word."""
    found = [stems[token] for token in _TOKEN.findall(plain(text))]
    pairs = [f"{first} {second}" for first, second in pairwise(found) if first and second]
    return [word for word in found if word] + pairs


@dataclass(slots=True)
class _Run:
    start: int
    end: int
    words: list[str]
    weight: float


def shared_phrases(text: str, wanted: Mapping[str, float], stems: Stems, most: int = 3) -> list[str]:
    """What a text shares with a wish, as the text writes it: the most telling phrases first.

    `wanted`: the wish's features and how telling each is. Phrases are as long as both have them; words that tell
    little beside the best one are left out.
    """
    shown = plain(text)
    runs: list[_Run] = []
    before: str | None = None
    for match in _TOKEN.finditer(shown):
        word = stems[match[0]]
        if word is None or word not in wanted:
            before = None
            continue
        pair = wanted.get(f"{before} {word}") if before else None
        if pair is None:
            runs.append(_Run(match.start(), match.end(), [word], wanted[word]))
        else:
            runs[-1].end = match.end()
            runs[-1].words.append(word)
            runs[-1].weight += pair + wanted[word]
        before = word
    often = Counter(tuple(run.words) for run in runs)
    runs.sort(key=lambda run: -run.weight * (1 + math.log(often[tuple(run.words)])))
    phrases: list[str] = []
    taken: set[str] = set()
    for run in runs:
        telling = max(wanted[word] for word in run.words)
        if taken.issuperset(run.words) or telling < 0.5 * max(wanted[word] for word in taken or run.words):
            continue
        taken.update(run.words)
        phrases.append(" ".join(re.sub(r"['’]s$", "", shown[run.start : run.end]).split()))
        if len(phrases) == most:
            break
    return phrases
