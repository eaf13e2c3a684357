"""What quick drafts get wrong, told from the words of a prompt before money is spent. A table of rules; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from bot.texts import say

Kind = Literal["text", "count", "detail", "symmetry"]

#: More things than a quick draft counts right.
COUNTED = 4

_NUMBERS = (
    "five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    " twenty thirty forty fifty"
).replace(" ", "|")
_UNITS = (
    "years? months? weeks? days? hours? minutes? seconds? am pm o'clock mph kmh km/h km miles? met(?:er|re)s?"
    " inch(?:es)? degrees? percent dollars? euros? pounds? pixels? px mm cm stars? steps stops lens(?:es)? megapixels?"
    " watts? volts? times"
).replace(" ", "|")
_PLURAL = r"(?:[a-z'-]*[a-rt-z]s|[a-z-]*(?:ss)es|people|children|men|women|geese|mice|sheep|fish|dice|teeth|feet|oxen|deer)"
#: What a portrait shows that has no human face.
_CREATURES = (
    "cats? kittens? dogs? pupp(?:y|ies) horses? foals? lions? tigers? wol(?:f|ves) fox(?:es)? owls? eagles? parrots? birds?"
    " cows? goats? sheep pigs? rabbits? bears? elephants? frogs? fish lizards? robots? machines? buildings? houses? cit(?:y|ies)"
    " villages? trees? flowers? vases? bottles? cars? bicycles? chairs? landscapes? mountains? ducks? hens? roosters? monkeys?"
    " pandas? penguins? deer stags? shoes? sneakers? poodles? terriers? llamas? alpacas? towns? places? plants? teapots?"
).replace(" ", "|")
_PERSON = (
    "man woman girl boy child baby person people lady gentleman grand(?:mother|father|ma|pa) mother father sister brother"
    " couple family bride groom king queen prince princess nurse doctor chef dancer worker farmer fisherman model actor"
    " actress singer musician soldier teacher student artist boxer athlete monk warrior astronaut businessman"
    " businesswoman teenager twins friends human"
).replace(" ", "|")
_CARRIER = (
    "signs? posters? banners? labels? boards? chalkboards? billboards? shirts? t-shirts? cards? mugs? covers? screens?"
    " stickers? plaques? bubbles? neon headlines? flags? plates? tickets? bags? boxes? bottles?"
).replace(" ", "|")


#: What is written over a picture later.
_LATER = (
    "texts? words? letter(?:ing|s)? headlines? head-?lines? captions? titles? logos? slogans? taglines? claims? type typography copy"
    " cta message writing quotes? prices? overlays? wordmarks? subtitles? lines? branding"
).replace(" ", "|")
_ROOM = "(?: space | room | area | place | spot | zone | margin | wall | sky )"
_ITS = r"(?: (?: a | an | the | our | my | your | his | her | their | some | any ) \s+ )? (?: \w+ \s+ )?"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that quick drafts get wrong."""

    kind: Kind
    #: The warning, in a line; and what it is about, in a word or two. Both by the names of their texts.
    sentence: str
    #: The same of a small model, whose Pro is no better.
    small: str
    about: str
    #: What asks for it.
    asks: re.Pattern[str]
    #: What looks like it and is something else; taken out of the prompt first.
    means_else: re.Pattern[str]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


#: Parts of a prompt that ask for nothing to be drawn: room that is left for words, words that come later.
LEFT_EMPTY = _words(
    rf"""
    (?: \b (?: leave | leaving | keep | keeping | with | and | lots \s+ of | plenty \s+ of | tons \s+ of | some | enough | empty
        | blank | clear | free | negative | white ) \s+ ){{0,3}}
        {_ROOM} \s+ (?: (?: left | reserved | kept | free | open ) \s+ )?
        (?: (?: at | on | in ) \s+ (?: the \s+ )? \w+ \s+ )? (?: for | to \s+ (?: add | put | place ) ) \s+ {_ITS} (?: {_LATER} ) \b
    | \b (?: copy | text | headline | caption | title | logo | type | negative | white ) [ -]? (?: space | room | area ) \b
    | \b (?: leave | keep ) \b [^.;]{{0,40}}? \b (?: empty | free | blank | clear | open ) \s+ for \s+ {_ITS} (?: {_LATER} ) \b
    | \b (?: we | i | you | they ) (?: 'll | \s+ will | \s+ can | \s+ could )? \s+ (?: add | put | set | place | overlay ) \b
        [^.;]{{0,25}}? \b (?: {_LATER} ) \b (?: [^.;]{{0,15}}? \b (?: later | afterwards | after | ourselves ) \b )?
    | \b (?: {_LATER} ) \s+ (?: (?: is | are | gets? | will \s+ be | to \s+ be | comes? ) \s+ )?
        (?: added \s+ )? (?: later | afterwards ) \b
    """
)

RULES = (
    Rule(
        kind="text",
        sentence="advice-text",
        small="advice-text-small",
        about="advice-other-text",
        asks=_words(
            rf"""
            "[^"]*[^\W\d_][^"]*" | (?<!\w)'[^\W\d_][^']*\w'(?!\w)
            | \b (?: say(?:s|ing)? | spell(?:s|ing)? | titled | captioned | lettered | inscribed | (?:hand)?written ) \b
            | \b (?: {_CARRIER} ) \s+ reading \b | \b reads \b (?! \s+ (?: a | an | the | in | to | by | under )\b )
            | \b (?: texts? | words? | letters | lettering | typography | typographic | slogans? | headlines? | captions?
                | taglines? | monograms? | wordmarks? | alphabet | calligraphy | subtitles? | infographics? | initials
                | inscriptions? | quotes? | mottos? | equations? | formulas? | newspapers? | front \s+ page | tickets?
                | stamped \s+ with | watermarks? | barcodes? | bib | signatures? | recipes? | poems? | lyrics | graffiti
                | flyers? | brochures? | leaflets? | diplomas? | certificates? | scoreboards? | readable | legible
                | spreadsheets? | timetables? | departure \s+ boards? | comic \s+ strips? | speech \s+ bubbles?
                | crosswords? | tattooed \s+ with ) \b
            | \b (?: book | magazine | album | record | cd ) \s+ covers? \b
            | \b (?: business | name | place | price | luggage | museum | street | road | shop | exit | stop ) \s+
                (?: cards? | tags? | signs? | plaques? ) \b
            | \b (?: labels? | packaging | banners? | billboards? | posters? ) \b [,:] \s* (?-i:[A-Z'"])
            | \b marquees? \b | \b (?: error | warning | text ) \s+ messages? \b
            | \b names? \s+ (?: painted | printed | embroidered | engraved | carved ) \b
            | \b with \s+ (?:the|a) \s+ (?: date | year | price | address | url | hashtag ) \b
            | \b (?: a | an | open | love ) \s+ letter \b (?! \s+ opener )
            | \b (?: brand | band | company | product | shop | bakery | restaurant | client | my | our | the | their )
                (?:'s)? \s+ (?: brand \s+ )? names? \b
            | \b with \s+ (?:a\s+|the\s+)? titles? \b | \b titles? \s+ on \b
            | \b numbers? \s+ [0-9]+ \b | \b listing \b | \b (?:banner|sign|card|board) \s+ with \s+ a \s+ message \b
            """
        ),
        means_else=_words(
            r"""
            \b (?: no | without (?:\s+any)? | free \s+ of | zero | not \s+ any ) \s+ (?:\w+ \s+ (?:and|or) \s+)?
                (?: texts? | words? | letters | lettering | writing | typography | captions? | titles? | slogans?
                | logos? | names? ) \b (?: \s+ (?:and|or) \s+ (?:no\s+)? \w+ )?
            | \b (?: text | word | letter | caption | title )s? - free \b | \b wordless \b | \b word \s+ (?:of|game) \b
            | \b letter \s+ (?: opener | box | press )
            | \b (?: unlabelled | unlabeled | untitled | unmarked | blank | empty | plain ) \s+ (?:\w+ \s+){0,2}?
                (?: labels? | signs? | posters? | books? \s+ covers? | cards? | pages? | packaging | tags? | banners?
                | billboards? | newspapers? | certificates? | tickets? )
            | \b (?: labels? | signs? | posters? | billboards? | banners? | packaging | book \s+ cover ) \b
                [^.;]{0,20}? \b (?: nothing | blank | left \s+ (?: blank | empty ) ) \b
            | \b (?: bundle | stack | pile | bag ) \s+ of \s+ (?:\w+ \s+)? (?: letters | newspapers | tickets ) \b
            | \b in \s+ the \s+ style \s+ of \s+ "[^"]*"
            """
        ),
    ),
    Rule(
        kind="count",
        sentence="advice-count",
        small="advice-count-small",
        about="advice-other-count",
        asks=_words(
            rf"""
            \b exactly \s+ (?: {_NUMBERS} | [5-9] | [1-9][0-9]+ ) \b
            | \b (?: a | half \s+ a | one | two ) \s+ dozen \b
            | (?<![\w.:/$€£-]) (?: {_NUMBERS} | [5-9] | [1-9][0-9] ) \s+
                (?! (?: {_UNITS} ) \b ) (?: [a-z'-]+ \s+ ){{0,3}}? {_PLURAL} \b
            """
        ),
        means_else=_words(
            rf"""
            \b (?: size | number | no\. | route | iso | level | version | chapter | aged? | type | class | model | at )
                \s+ [0-9]+ \b
            | \b (?: {_NUMBERS} | [0-9]+ ) \s* (?: {_UNITS} ) \b
            """
        ),
    ),
    Rule(
        kind="detail",
        sentence="advice-detail",
        small="advice-detail-small",
        about="advice-other-detail",
        asks=_words(
            rf"""
            \b (?: hands | fingers? | fingertips? | fingernails? | (?: open | upturned | outstretched | cupped ) \s+ palms?
                | palms? \s+ of
                | fists? | knuckles | handshake ) \b
            | \b (?: a | an | the | her | his | their | my | one | open | [a-z]+'s ) \s+ (?:[a-z]+ \s+)? hand \b
            | \b (?: faces? | facial | headshots? | selfie | eyelashes | freckles | wrinkles ) \b
            | \b close[- ]?up \s+ of \s+ (?:\w+ \s+){{0,3}} (?: eyes? | lips | mouth | smile | {_PERSON} ) \b
            | \b portraits? \s+ of \s+ (?! (?:[\w'-]+ \s+){{0,3}} (?: {_CREATURES} ) \b ) \w
            | \b (?: look | star | gaz | smil | laugh | grinn | wink )\w* \s+ (?:straight\s+)?
                (?: into | at ) \s+ (?:the\s+)? (?: camera | viewer ) \b
            | \b beauty \s+ shots? \b | \b (?: facial | wrinkled | freckled | tear-stained | bearded ) \s+ \w+
            | \b (?: cheeks? | eyebrows? | lipstick \s+ smile | dimples? | manicures? | manicured | nail \s+ (?:art|polish)
                | thumbs? (?: \s+ up )? | handshakes? | high[- ]five | wedding \s+ ring \s+ on ) \b
            | \b (?: eyes? | lips | mouth ) \b [^.;]{{0,20}} \b (?: macro | close[- ]?up | tight \s+ shot ) \b
            """
        ),
        means_else=_words(
            r"""
            \b (?: clocks? | watch(?:es)? ) \b [^.;]{0,30}? \b hands? \b
            | \b hands? \s+ (?: of | from ) \s+ (?:a|an|the) \s+ (?:\w+\s+)? (?: clock | watch ) \b
            | \b (?: minute | hour | second | clock | watch )s? [ -] hands? \b
            | \b hands (?: - | \s+ ) (?: off | on | free | down ) \b | \b hands? - \w+ | \b hand \s+ of \s+ cards | \b face - \w+
            | \b thumb (?: tack | nail | drive )s? \b | \b selfie \s+ (?: stick | station | booth ) | \b (?: by | on | at | first ) [ -] hand \b
            | \b hand \s+ (?: soap | cream | lotion | towel | sanitizer | drill | saw | mixer | luggage | brake | rail
                | axe | mirror | fan | puppet | basin | tools? | bag )s? \b
            | \b (?: clock | watch | cliff | rock | mountain | north | south | east | west | smiley | emoji | coal )
                (?:'s)? [ -] faces? \b
            | \b faces? \s+ of \s+ (?:a|an|the) \s+ (?:\w+\s+)? (?: cliff | mountain | clock | watch | die | coin | rock
                | building ) \b
            | \b face [ -] (?: mask | cream | down | up | to )s? \b
            """
        ),
    ),
    Rule(
        kind="symmetry",
        sentence="advice-symmetry",
        small="advice-symmetry-small",
        about="advice-other-symmetry",
        asks=_words(
            r"""
            \b left \s+ (?: and \s+ right | half | side ) \b [^.;]{0,25} \b (?: mirror | identical | the \s+ same )
            | \b symmetr (?: y | ic | ical | ically ) \b | \b mirror(?:ed)? [- ] images? \b | \b kaleidoscop \w+
            | \b mandalas? \b | \b radial \s+ pattern | \b mirrored \s+ (?: exactly | perfectly )
            | \b evenly \s+ balanced \b | \b rorschach \b | \b (?: same | identical | mirrored ) \s+ (?: on \s+ )?
                (?: (?:the\s+)? left \s+ and \s+ right | (?: both \s+ )? (?: sides | halves ) )
            """
        ),
        means_else=_words(
            r"\b (?: no | not | without | non - | hardly | barely ) \s* (?:\w+ \s+)? symmetr \w+"
        ),
    ),
)


def kinds(prompt: str) -> list[Kind]:
    """What the prompt asks for that quick drafts get wrong, in the order of the table."""
    shown = LEFT_EMPTY.sub(" ", prompt)
    return [rule.kind for rule in RULES if rule.asks.search(rule.means_else.sub(" ", shown))]


def warning(prompt: str, *, small: bool = False) -> str:
    """One line for the person who typed it; empty when a quick draft will do.

    `small`: the model is one that draws no such thing in Pro either.
    """
    found = kinds(prompt)
    if not found:
        return ""
    first, *others = [rule for kind in found for rule in RULES if rule.kind == kind]
    sentence = say(first.small if small else first.sentence, most=COUNTED)
    if not others:
        return sentence
    about = reduce(
        lambda one, two: say("advice-and", first=one, second=two), [say(rule.about) for rule in others]
    )
    return say("advice-same-goes", sentence=sentence, others=about)


_COUNT_WORDS = _words(rf"\b (?: exactly | {_NUMBERS} | (?: half \s+ a \s+ )? dozen ) \b")


def uncounted(prompt: str) -> str:
    """The prompt without the words that its warning of counts speaks of, for who tells of words that a model lacks."""
    return _COUNT_WORDS.sub(" ", prompt) if "count" in kinds(prompt) else prompt
