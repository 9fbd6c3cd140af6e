"""JSON with a `schema_version`, a `meta` block and `papers`.

Version 2 is the day's list (`…-daily-papers.json`). Version 1 is the same publisher's hotspot digest
(`…-hotspot-papers.json`): at most ten papers spotlighted out of the day's candidates, with the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from papertui.domain.published import PublishedList
from papertui.lists.dates import iso_date, list_date
from papertui.lists.entries import Collector
from papertui.lists.flat_json import collect, is_scored, refuse_if_nothing
from papertui.lists.usage import usage_from_meta

SPOTLIGHT = "json1"
"""Form of a hotspot digest: a scored list of its own, but never instead of the day's whole list."""


def is_schema(data: Mapping[str, object]) -> bool:
    """Whether an object is such a list; one without papers is, where its `meta` says so."""
    papers = data.get("papers")
    if not isinstance(papers, dict | list) or "meta" not in data:
        return False
    values = list(papers.values()) if isinstance(papers, dict) else papers
    return any(map(is_scored, values)) or (not values and "schema_version" in data)


def parse_schema(data: Mapping[str, object], name: str) -> PublishedList:
    """The list in `data`. NotAList where no entry can be taken."""
    meta = data.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    usage = usage_from_meta(meta.get("usage"))
    collector = Collector(name, usage.model if usage else None)
    papers = data.get("papers")
    if isinstance(papers, dict | list):
        collect(papers, collector)
        refuse_if_nothing(collector, len(papers))
    form = SPOTLIGHT if data.get("schema_version") == 1 else "json2"
    return PublishedList(iso_date(meta.get("date")) or list_date(name), collector.entries, usage, tuple(collector.problems), form)
