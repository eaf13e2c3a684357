"""The editor as the rest of the bot sees it: a way to make links, and its use cases."""

from __future__ import annotations

from dataclasses import dataclass

from bot.editor.access import Access
from bot.editor.editing import Editing
from bot.editor.markups import Markups
from bot.studio.model import Version


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Links to the page, and what people do there."""

    access: Access
    editing: Editing
    markups: Markups
    #: Where people reach the site, without a slash at the end.
    base_url: str

    async def link(self, *, person: str, version: Version, product: str = "") -> str:
        """The address at which that person edits that picture, or paints that product on it."""
        path = await self.access.link(person=person, version=version.id, brief=version.brief, product=product)
        return self.base_url + path
