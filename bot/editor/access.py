"""Who may use the page: a signed link, for one person and one picture's thread, until it expires or they sign out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.briefs.model import Version
from bot.editor.actions import Editing
from bot.store import Database
from bot.texts import say
from bot.web import table as web_table
from bot.web.links import BadLink, Links

PURPOSE = "editor"
#: How long a link works, in seconds.
LINK_LIFE_S = 8 * 3600


class NoAccess(Exception):
    """The link does not open this door; the message is a sentence for whoever holds it."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Whoever opened a link that holds."""

    person: str
    #: The picture that the link was given for.
    version: int
    #: Its thread, beyond which the link reaches nothing.
    brief: str
    #: The product that is to be painted on it, by its name in `bot.product.table`; empty: none.
    product: str = ""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Gives links and looks at those that come."""

    links: Links
    database: Database

    async def link(self, *, person: str, version: int, brief: str, product: str = "") -> str:
        """The address, below the site's own, at which that person edits that picture, or paints that product on it."""
        number = await self.database.read(lambda tx: web_table.signouts(tx, person))
        subject = ":".join([brief, str(version), str(number), *([product] if product else [])])
        token = self.links.make(PURPOSE, person=person, subject=subject, life_s=LINK_LIFE_S)
        return f"/editor/{token}"

    async def visitor(self, token: str) -> Visitor:
        """Who comes with this link. Raises NoAccess."""
        try:
            found = self.links.read(PURPOSE, token)
            brief, version, number, *rest = found.subject.split(":")
        except (BadLink, ValueError) as error:
            raise NoAccess(say("editor-link-broken")) from error
        signed_out = await self.database.read(lambda tx: web_table.signouts(tx, found.person))
        if signed_out != int(number):
            raise NoAccess(say("editor-link-void"))
        return Visitor(person=found.person, version=int(version), brief=brief, product="".join(rest))


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Links to the page, and what people do there."""

    access: Access
    editing: Editing
    #: Where people reach the site, without a slash at the end.
    base_url: str

    async def link(self, *, person: str, version: Version, product: str = "") -> str:
        """The address at which that person edits that picture, or paints that product on it."""
        path = await self.access.link(person=person, version=version.id, brief=version.brief, product=product)
        return self.base_url + path
