# ruff: noqa: S106 – marks of a text are no passwords
"""The tokenizer: it folds synonyms and plurals together and drops every word the model was not taught.

All of it is written into `tokenizer.json` as normaliser rules, so plain transformers applies it.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from engine.starter.captions import plural
from engine.starter.subjects import (
    BACKGROUNDS,
    COLOUR_SYNONYMS,
    COUNTS,
    POSITION_SYNONYMS,
    POSITIONS,
    SIZE_SYNONYMS,
    SIZES,
    SUBJECT_COLOURS,
    SUBJECTS,
)

#: ids of a text, marks included, where one token stands for a subject
LENGTH = 16
#: the end mark must not have id 2, which CLIP reads as "the highest id ends the text"
SPECIAL = ["<pad>", "<s>", "<unk>", "</s>"]
COLOURS = list(dict.fromkeys([*BACKGROUNDS, *SUBJECT_COLOURS]))
GROUNDS = "(?:background|backdrop|surface|wall|ground|backgrounds|gradient)"
SOFT = "(?:soft|plain|solid|flat|bright|pastel|simple|clean|smooth|light|deep)"
OVER = "(?:on|against|over|upon|before)"
ARTICLE = "(?:a|an|the|some)"


def token(name: str) -> str:
    """The one word that stands for a subject or a size in the vocabulary."""
    return name.replace(" ", "").replace("-", "")


#: Emoji that show a colour and nothing else: squares and circles.
COLOUR_EMOJI = dict(
    zip(
        "🟥🔴🟧🟠🟨🟡🟩🟢🟦🔵🟪🟣🟫🟤⬛⚫⬜⚪",
        [c for c in "red orange yellow green blue purple brown black white".split() for _ in "■●"],
        strict=True,
    )
)
#: Hearts of other colours than the sprite's.
HEART_EMOJI = dict(
    zip("🧡💛💚💙💜🖤🤍🩷", "orange yellow green blue purple black white pink".split(), strict=True)
)


def emoji(name: str) -> str:
    """The emoji that shows a subject, without the mark that asks for its colours."""
    return chr(int(SUBJECTS[name][0].split("-")[0], 16))


def length(pieces: int) -> int:
    """Ids of a text, marks included, where `pieces` tokens stand for each of up to two subjects."""
    return LENGTH + 2 * (pieces - 1)


def spelled(name: str, pieces: int) -> list[str]:
    """The tokens that stand for a subject: its word, then `word~1` and so on.

    What a subject looks like is kept in their embedding rows; one row alone is too few numbers for it.
    """
    return [token(name), *(f"{token(name)}~{index}" for index in range(1, pieces))]


def vocabulary(pieces: int = 1) -> list[str]:
    """Every token there is, special ones first; `many` marks a plural, `on…` a background.

    The added pieces of the subjects come last, so that all other ids are the same whatever `pieces` is.
    """
    added = [piece for name in SUBJECTS for piece in spelled(name, pieces)[1:]]
    words = [token(s) for s in SUBJECTS] + COLOURS + [f"on{c}" for c in BACKGROUNDS]
    words += sorted({w for p in POSITIONS for w in p.split()}) + [token(s) for s in SIZES if s != "normal"]
    return SPECIAL + words + [*COUNTS, "many", "and"] + added


def expand(ids: Tensor, pieces: int) -> Tensor:
    """Ids as `build()` writes them (…, LENGTH) made into those of `build(pieces)` (…, length(pieces))."""
    if pieces == 1:
        return ids
    first, base = len(SPECIAL), len(vocabulary())
    subject = (ids >= first) & (ids < first + len(SUBJECTS))
    begin = (subject * (pieces - 1) + 1).cumsum(-1) - subject * (pieces - 1) - 1
    wide = ids.new_zeros(*ids.shape[:-1], LENGTH * pieces)
    wide.scatter_(-1, begin, ids)
    for index in range(1, pieces):
        added = torch.where(subject, base + (ids - first) * (pieces - 1) + index - 1, 0)
        wide.scatter_add_(-1, torch.where(subject, begin + index, LENGTH * pieces - 1), added)
    kept = wide[..., : length(pieces)].clone()
    end = SPECIAL.index("</s>")
    kept[..., -1] = torch.where(
        (kept == end).any(-1), kept[..., -1], end
    )  # a text too long ends all the same
    return kept


def _rules(pieces: int) -> list[tuple[str, str]]:
    """Pattern and replacement, in the order in which they apply; words are in lower case by then."""
    nouns: dict[str, str] = {}
    for name, (_, synonyms, _) in SUBJECTS.items():
        for word in (name, *synonyms):
            nouns[word] = token(name)
    for name, (_, synonyms, _) in SUBJECTS.items():
        for word in (name, *synonyms):
            nouns.setdefault(plural(word), f"{token(name)} many")
    nouns["oranges"] = "orangefruit many"
    subjects = "|".join(token(s) for s in SUBJECTS)
    rules: list[tuple[str, str]] = []
    for name in SUBJECTS:  # the sprites are emoji, so each means what it shows, and two of them mean two
        drawn = rf"(?:{emoji(name)}\x{{fe0f}}?\s*)"
        rules.append((rf"{drawn}{{3,}}", f" three {token(name)} many "))
        rules.append((rf"{drawn}{{2}}", f" two {token(name)} many "))
        rules.append((drawn, f" {token(name)} "))
    shown = COLOUR_EMOJI | {one: f"{colour} heart" for one, colour in HEART_EMOJI.items()}
    rules += [(rf"{one}\x{{fe0f}}?", f" {means} ") for one, means in shown.items()]
    rules.append(("[_/&+]", " "))
    for word in sorted(nouns, key=len, reverse=True):
        spelling = re.escape(word).replace("\\ ", "[ -]").replace("\\-", "[ -]?")
        rules.append((rf"(?<![\w-]){spelling}(?![\w-])", f" {nouns[word]} "))
    for colour, synonyms in COLOUR_SYNONYMS.items():
        rules += [(rf"\b{re.escape(s)}\b", colour) for s in sorted(synonyms, key=len, reverse=True)]
    # "an orange on white" is the fruit, "an orange car" is not
    rules.append(
        (rf"\b(an|one|the|ripe|juicy|fresh) +orange\b(?! +(?:{subjects}|{GROUNDS}))", " orangefruit ")
    )
    for size, synonyms in SIZE_SYNONYMS.items():
        rules += [(rf"\b{re.escape(s)}\b", token(size)) for s in (*synonyms, size)]
    for place, synonyms in POSITION_SYNONYMS.items():
        rules += [(rf"\b{re.escape(s)}\b", place) for s in synonyms]
    for count, synonyms in COUNTS.items():
        rules += [(rf"\b{s}\b", count) for s in synonyms]
    # colours of the ground: "teal background", "against a soft teal", and a last "on teal"
    for colour in BACKGROUNDS:
        rules.append(
            (
                rf"\b(?:{OVER} +)?(?:{ARTICLE} +)?(?:{SOFT} +)*{colour} +(?:{SOFT} +)*{GROUNDS}\b",
                f" on{colour} ",
            )
        )
        rules.append((rf"\b{GROUNDS} +(?:is +|in +|of +|colou?r +)*{colour}\b", f" on{colour} "))
        rules.append(
            (
                rf"\b{OVER} +(?:{ARTICLE} +)?(?:{SOFT} +)*{colour}\b(?! +(?:{subjects}|left|right|top|bottom)\b)",
                f" on{colour} ",
            )
        )
    rules.append((r"\b(?:next to|beside|with|plus|alongside)\b", "and"))
    known = "|".join(sorted(vocabulary()[len(SPECIAL) :], key=len, reverse=True))
    rules.append((rf"(?<![\w'’-])(?!(?:{known})(?![\w'’-]))[\w'’-]+", " "))
    rules.append((r"[^\w\s]", " "))
    rules.append((r"\s+", " "))
    rules.append((r"^ ?(?:and )*| and(?= ?$)| and(?= (?:on\w+|left|right|top|bottom|center)\b)", ""))
    rules.append((r"^ +| +$", ""))
    if pieces > 1:
        for name in SUBJECTS:
            rules.append((rf"(?<!\S){token(name)}(?!\S)", " ".join(spelled(name, pieces))))
    return rules


def build(pieces: int = 1) -> PreTrainedTokenizerFast:
    """The tokenizer, as transformers saves and loads it; `pieces` tokens stand for each subject."""
    ids = {word: index for index, word in enumerate(vocabulary(pieces))}
    core = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    steps: list[Any] = [normalizers.Lowercase()]
    steps += [normalizers.Replace(Regex(pattern), new) for pattern, new in _rules(pieces)]
    core.normalizer = normalizers.Sequence(steps)
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    core.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])]
    )
    return _wrap(core, length(pieces))


def build_silent() -> PreTrainedTokenizerFast:
    """A tokenizer that hears nothing, for the third text encoder that the pipeline asks for."""
    core = Tokenizer(models.WordLevel({word: index for index, word in enumerate(SPECIAL)}, unk_token="<unk>"))
    core.normalizer = normalizers.Replace(Regex(r"[\s\S]+"), "")
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return _wrap(core, LENGTH)


def _wrap(core: Tokenizer, longest: int) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        model_max_length=longest,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )


def known_words() -> dict[str, Any]:
    """What `vocabulary.json` tells the bot, so that it can say which words the model does not know."""
    colours = {**SUBJECT_COLOURS, **BACKGROUNDS}
    return {
        "subjects": {
            name: sorted({*synonyms, plural(name), *(plural(s) for s in synonyms)} - {name})
            for name, (_, synonyms, _) in SUBJECTS.items()
        },
        "colours": colours | {s: colours[name] for name, also in COLOUR_SYNONYMS.items() for s in also},
        "colour_synonyms": {name: list(also) for name, also in COLOUR_SYNONYMS.items()},
        "recolourable": [name for name, (_, _, yes) in SUBJECTS.items() if yes],
        "subject_colours": list(SUBJECT_COLOURS),
        "emoji": [*map(emoji, SUBJECTS), *COLOUR_EMOJI, *HEART_EMOJI],
        "positions": [*POSITIONS, *(w for ws in POSITION_SYNONYMS.values() for w in ws)],
        "sizes": [*(s for s in SIZES if s != "normal"), *(w for ws in SIZE_SYNONYMS.values() for w in ws)],
        "counts": [*COUNTS, *(w for ws in COUNTS.values() for w in ws)],
        "connectives": sorted(
            "a an the some of on in at and with next to beside against over plus background backdrop surface "
            "corner side edge photo picture image shot product ad poster render 3d studio soft light minimal "
            "plain simple clean bright pastel solid".split()
        ),
    }
