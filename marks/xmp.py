"""XMP packets: IPTC's fields for pictures from models, and our recipe for formats that have no text chunks."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
XMP_BASIC = "http://ns.adobe.com/xap/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OURS = "https://draftroom.invalid/ns/provenance/1.0/"
#: what fits into the one segment that JPEG has for it, in bytes
LARGEST_PACKET = 65_000


def packet(*, source_type: str, system: str, version: str, tool: str, prompt: str, recipe: str | None) -> str:
    """A packet with the address of the source type, the AI system and prompt as of IPTC 2025.1, and our recipe.

    What would not fit is left out, longest first: the prompt, then the recipe; the source type always stays.
    """
    fields = {
        "Iptc4xmpExt:DigitalSourceType": source_type,
        "Iptc4xmpExt:AISystemUsed": system,
        "Iptc4xmpExt:AISystemVersionUsed": version,
        "xmp:CreatorTool": tool,
        "Iptc4xmpExt:AIPromptInformation": prompt,
        "draftroom:recipe": recipe or "",
    }
    while True:
        attributes = "".join(
            f"\n    {name}={quoteattr(_clean(value), {chr(10): '&#10;'})}"
            for name, value in fields.items()
            if value
        )
        written = (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
            f' <rdf:RDF xmlns:rdf="{RDF}">\n'
            f'  <rdf:Description rdf:about=""\n    xmlns:Iptc4xmpExt="{IPTC_EXTENSION}"'
            f'\n    xmlns:xmp="{XMP_BASIC}"\n    xmlns:draftroom="{OURS}"{attributes}/>\n'
            " </rdf:RDF>\n</x:xmpmeta>\n"
            '<?xpacket end="r"?>'
        )
        if len(written.encode()) <= LARGEST_PACKET or len(fields) <= 4:
            return written
        del fields[
            "Iptc4xmpExt:AIPromptInformation"
            if "Iptc4xmpExt:AIPromptInformation" in fields
            else "draftroom:recipe"
        ]


def read_xmp(text: str) -> dict[str, str]:
    """What `packet` was given, as far as a packet says it; nothing of one that cannot be read."""
    # Documents with declarations of their own are an attack or a mistake.
    if not text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return {}
    start, end = text.find("<x:xmpmeta"), text.find("</x:xmpmeta>")
    try:
        root = ElementTree.fromstring(text[start : end + 12] if 0 <= start < end else text)  # noqa: S314 - see above
    except ElementTree.ParseError:
        return {}
    found: dict[str, str] = {}
    names = {
        f"{{{IPTC_EXTENSION}}}DigitalSourceType": "source_type",
        f"{{{IPTC_EXTENSION}}}AISystemUsed": "system",
        f"{{{IPTC_EXTENSION}}}AISystemVersionUsed": "version",
        f"{{{IPTC_EXTENSION}}}AIPromptInformation": "prompt",
        f"{{{XMP_BASIC}}}CreatorTool": "tool",
        f"{{{OURS}}}recipe": "recipe",
    }
    for description in root.iter(f"{{{RDF}}}Description"):
        # XMP allows a property as an attribute, as an element's text, or as an element's resource.
        for name, key in names.items():
            value = description.get(name)
            element = description.find(name)
            if value is None and element is not None:
                value = element.get(f"{{{RDF}}}resource") or element.text
            if value:
                found.setdefault(key, value.strip())
    return found


def _clean(value: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        c
        for c in value
        if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
