"""What the reader's desk knows of models: what they are told, what they cost, and how one is set up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from papertui.errors import PapertuiError

if TYPE_CHECKING:
    from papertui.domain.ids import PaperId
    from papertui.services.desk import ModelForm
    from papertui.services.session import Session


class ModelDesk:
    """The part of services/desk.py that has to do with models. What it needs is imported where it is used: most starts need none."""

    _session: Session
    _outdated: bool

    def prompt(self, paper: PaperId | None) -> str:
        """What a model gets for a paper."""
        from papertui.domain.gate import verbatim
        from papertui.services.prompting import request_text

        found = None
        if paper is not None:
            with self._session.library() as library:
                found = library.detail(paper)
            if found is None:
                raise PapertuiError(f"{paper}: not in the library")
        # the reader's own prompts and profile may hold anything
        return verbatim(request_text(self._session.paths, self._session.settings.profile, found and found.paper))

    def costs(self) -> Callable[[int], Sequence[str]]:
        """What models were asked and what it cost."""
        from papertui.domain.gate import verbatim
        from papertui.services.statistics import statistics, table

        found = statistics(self._session)
        return lambda width: [verbatim(line) for line in table(found, width)]

    def model_form(self) -> ModelForm:
        """What is set up now."""
        from papertui.services.model_setup import form_of

        return form_of(self._session)

    async def models(self, form: ModelForm) -> Sequence[str]:
        """What the form's server offers."""
        import asyncio

        await asyncio.to_thread(_imports)
        from papertui.services.model_setup import models_offered

        return await models_offered(self._session, form)

    async def try_model(self, form: ModelForm) -> str:
        """One test call."""
        import asyncio

        await asyncio.to_thread(_imports)
        from papertui.services.model_setup import tried

        return await tried(self._session, form)

    def model_lines(self, form: ModelForm) -> Sequence[str]:
        """The lines of config.toml that would say it."""
        from papertui.services.model_setup import lines_for

        return lines_for(self._session, form)

    def keep_model(self, form: ModelForm) -> None:
        """Write it, and go by it."""
        from papertui.services.model_setup import keep_model

        self._session = keep_model(self._session, form)
        self._outdated = True


def _imports() -> None:
    """What asks a server, off the event loop."""
    import importlib

    importlib.import_module("papertui.services.model_setup")
