"""Whether a prompt is in English, told from its script and its small words. Pure.

A model that was taught English alone is told of in one sentence, instead of each word that it does not know. No list
of words is long: an English prompt of several words nearly always has one of the small English ones, and what is in
another language one of that language's.
"""

from __future__ import annotations

import re
import unicodedata

#: Words that prompts in English are joined by.
_ENGLISH = frozenset(
    "the of with on and for from by next to at is are this that our my your under over behind against into up close"
    " front red blue green yellow white black pink gold background light style shot photo".split()
)
#: Words that prompts in other languages are joined by, with the colours and the grounds that prompts name; none of
#: them is an everyday word of English.
_OTHERS = frozenset(
    (
        # German
        "ein eine einer einem einen das dem und auf mit für im ist vor von zum zur bitte rot rote roter rotes blau blaue"
        " blauer blauem grün grüne grünem gelb gelbe weiß weiße weißem schwarz schwarze hintergrund hell dunkel"
        # French
        " une les des du avec dans et aux rouge bleu bleue vert verte jaune blanc blanche noir noire fond lumière"
        # Spanish and Portuguese
        " el los las un una con sobre en y del al rojo roja azul amarillo amarilla blanco blanca negro fondo luz um uma com"
        " ao na vermelho vermelha verde amarelo preto branco fundo"
        # Italian
        " il lo gli di della sul nel rosso rossa giallo bianco nero sfondo luce tazza"
        # Dutch
        " een het op voor met van naast rode blauwe groene gele witte zwarte achtergrond"
        # Polish, Czech
        " tle tło jest przed białym czerwone czerwony niebieski zielony żółty czarnym"
        " na pozadí červené modrém bílém"
        # Swedish, Danish, Norwegian
        " ett på och med vid röd rött blå gul grön bakgrund sommaren et rødt rød hvid hvit bakgrunn baggrund"
        # Turkish
        " bir ve üzerinde kırmızı mavi beyaz yeşil siyah arka plan"
        # Hungarian, Finnish, Romanian
        " egy háttér piros kék punainen sininen taustalla pe fundal roșu albastru"
    ).split()
)
#: Letters that English has in no loanword of the kitchen.
_LETTERS = frozenset("łąęśżźığşåøæßčřůőűățșěďťň")


def english(text: str) -> bool:
    """Whether the text can be English: false where most of it is in another script or another language's small words."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    if 2 * latin < len(letters):
        return False
    words = set(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text.lower())))
    others = sum(word in _OTHERS or not _LETTERS.isdisjoint(word) for word in words)
    ours = len(words & _ENGLISH)
    return others <= ours or (others == 1 and len(words) > 3)
