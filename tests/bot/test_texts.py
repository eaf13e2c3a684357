"""Whatever people read stands in a language file, in every language with the same names and values, and not in code."""

import ast
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Transformer, Visitor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import texts
from bot.settings import Settings
from bot.slack.blocks import Message
from tests.bot import test_block_kit as kit

BOT = Path(texts.__file__).parents[1]
MODULES = {str(path.relative_to(BOT)): ast.parse(path.read_text()) for path in sorted(BOT.rglob("*.py"))}
PAGE = sorted(path for path in (BOT / "editor" / "page").iterdir() if path.suffix in (".js", ".html"))


# What a language file says.


class _Mentions(Visitor):
    """The values and the other texts that a text mentions."""

    def __init__(self):
        self.variables, self.texts = set(), set()

    def visit_VariableReference(self, node):
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node):
        self.texts.add(node.id.name)

    def visit_TermReference(self, node):
        self.texts.add(f"-{node.id.name}")
        self.generic_visit(node)


def parsed(source):
    """The texts of a file by their names, and what is wrong with the file."""
    found, wrong = {}, []
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, ftl.Junk):
            wrong.append(f"can't be read: {entry.content.strip()[:80]}")
        elif isinstance(entry, ftl.Message | ftl.Term):
            name = f"-{entry.id.name}" if isinstance(entry, ftl.Term) else entry.id.name
            if name in found:
                wrong.append(f"{name} stands there twice")
            if entry.attributes:
                wrong.append(f"{name} has attributes, which nothing says")
            found[name] = entry
    return found, wrong


def mentions(found, name):
    """The values that a text uses, its own and those of the texts within it; and the names of these."""
    seen, variables, waiting = set(), set(), [name]
    while waiting:
        one = waiting.pop()
        if one in seen or one not in found:
            continue
        seen.add(one)
        mentioned = _Mentions()
        mentioned.visit(found[one])
        variables |= mentioned.variables
        waiting += mentioned.texts
    return variables, seen - {name}


def source_of(language, folder=texts.FOLDER):
    """A language's file."""
    return (folder / f"{language}.ftl").read_text(encoding="utf-8")


ENGLISH, WRONG = parsed(source_of("en"))


def differences(source):
    """What another language's file has that English lacks, and where its texts use other values."""
    theirs, wrong = parsed(source)
    for name in theirs:
        if name.startswith("-"):
            continue  # a language may have words of its own for use within its texts
        if name not in ENGLISH:
            wrong.append(f"{name} is no text of ours")
            continue
        ours, used = mentions(ENGLISH, name)[0], mentions(ENGLISH | theirs, name)[0]
        if used != ours:
            wrong.append(f"{name} uses {sorted(used)}, but is given {sorted(ours)}")
    return wrong


# What the code says.


def calls_of_say():
    """Every text that code names where it says it: (place, id, given names or None where these aren't written out)."""
    for path, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or _called(node) != "say" or not node.args:
                continue
            given = {keyword.arg for keyword in node.keywords}
            for name in _literals(node.args[0]):
                yield f"{path}:{node.lineno}", name, None if None in given else given


def _literals(node):
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) else []


def _called(call):
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_the_english_file_is_in_order():
    assert WRONG == []
    assert len(ENGLISH) >= 100


def test_every_text_that_code_names_exists():
    assert [f"{place}: {name}" for place, name, _ in calls_of_say() if name not in ENGLISH] == []


def test_texts_are_given_the_values_that_they_use():
    wrong = []
    for place, name, values in calls_of_say():
        if values is not None and name in ENGLISH:
            used, _ = mentions(ENGLISH, name)
            if values != used:
                wrong.append(f"{place}: {name} uses {sorted(used)}, but is given {sorted(values)}")
    assert wrong == []


def test_every_text_is_said_somewhere():
    constants, beginnings = set(), set()
    for tree in MODULES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
    page = "\n".join(path.read_text() for path in PAGE)
    constants |= set(re.findall(r"page-[a-z0-9-]*[a-z0-9]", page))
    for template in BOT.glob("*/page/*.html"):
        constants |= set(re.findall(r'said\("([a-z0-9-]+)"', template.read_text()))
    starts = tuple(start for start in beginnings if re.fullmatch(r"[a-z0-9]+-([a-z0-9]+-)*", start))
    said = {name for name in ENGLISH if name in constants or name.startswith(starts)}
    # A text may be there for others that hold it.
    said |= {held for name in said for held in mentions(ENGLISH, name)[1]}
    assert sorted(ENGLISH.keys() - said) == []


# Sentences in code.

#: Modules whose words are for the operator's terminal and log.
OPERATORS = {
    "inspect/file.py",
    "install/init.py",
    "install/manifest.py",
    "inspect/log.py",
    "ledger/audit.py",
    "cli.py",
    "doctor.py",
    "settings.py",
    "slack/connection.py",
    "start/common.py",
    "start/installed.py",
    "start/process.py",
    "start/workspace.py",
    "start/workspaces.py",
    "slack/front_door.py",
    "workspaces/store.py",
    "store/backup.py",
    "web/metrics.py",
    "worker/health.py",
    "ledger/verify.py",
    "texts/__init__.py",
}
#: What is raised for programmers, operators and logs, and never shown to people.
MISTAKES = set(
    "AssertionError FileNotReady IllegalMove LedgerError NewerDatabase RateError RuntimeError TypeError ValueError".split()
)
#: Words that are sent to the image model, looked for in what people type, or printed by `draftroom audit`.
NOT_SAID = {
    # an operator reads it, where the bot does not start
    "marking/actions.py": r"Signing needs both .*",
    "deliver/actions.py": r"continue the picture to .*",
    "ledger/rollups.py": r"The sums in .* do not follow from the ledger.*",
    "draft/advice.py": r"five six seven .*",
    "batch/spread.py": r"[a-z0-9 ,]+",
    "draft/styles.py": r"[a-z ,-]+",
}
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|PRAGMA|BEGIN|CREATE|ALTER)\b")
_REGULAR_EXPRESSION = re.compile(r"\(\?|\\[bswdS(]|[a-z)]\?(?!$)")
_WORD = re.compile(r"(?<![^\s“(*`])[A-Za-z][a-z]*(?:['’][a-z]+)?(?=[\s.,:;!?…”)*]|$)")


class _Sentences(ast.NodeVisitor):
    """Strings of three or more words that a person might get to read."""

    def __init__(self):
        self.found = []

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Assert(self, node):
        self.visit(node.test)

    def visit_Raise(self, node):
        if not (isinstance(node.exc, ast.Call) and _called(node.exc) in MISTAKES):
            self.generic_visit(node)

    def visit_keyword(self, node):
        # A step of a picture's making is written into the file, for programs.
        if node.arg != "step":
            self.generic_visit(node)

    def visit_Call(self, node):
        of = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(of, ast.Name) and of.id in ("log", "re"):
            return
        if isinstance(of, ast.Constant) and _called(node) == "split":
            return  # a list of words that are looked for in what people typed
        self.generic_visit(node)

    def visit_JoinedStr(self, node):
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        self._look(node, "".join(map(str, parts)))
        for part in node.values:
            if not isinstance(part, ast.Constant):
                self.visit(part)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self._look(node, node.value)

    def _look(self, node, text):
        if len(_WORD.findall(text)) >= 3 and not (_SQL.search(text) or _REGULAR_EXPRESSION.search(text)):
            self.found.append((node.lineno, text))


def test_no_sentence_stands_in_code():
    found = []
    for path, tree in MODULES.items():
        if path in OPERATORS:
            continue
        sentences = _Sentences()
        sentences.visit(tree)
        allowed = re.compile(NOT_SAID.get(path, r"(?!)"), re.S)
        found += [f"{path}:{line}: {text}" for line, text in sentences.found if not allowed.fullmatch(text)]
    assert found == []


def test_sentences_in_code_would_be_found():
    sentences = _Sentences()
    sentences.visit(
        ast.parse('"""Not this one."""\nraise UserError(f"There is no {thing} here.")\nlog.info("a b c d")')
    )
    assert sentences.found == [(2, "There is no {} here.")]


# Other languages.


@contextmanager
def speaking(language, folder):
    """Speak a language from that folder; whatever happens, English from our own afterwards."""
    ours = texts.FOLDER
    texts.FOLDER = folder
    texts._bundle.cache_clear()
    try:
        texts.speak(language)
        yield
    finally:
        texts.FOLDER = ours
        texts._bundle.cache_clear()
        texts.speak(texts.ENGLISH)


def test_every_language_has_our_texts_with_their_values():
    others = [language for language in texts.languages() if language.partition("-")[0] != "en"]
    assert {one: wrong for one in others if (wrong := differences(source_of(one)))} == {}


def test_what_would_be_wrong_with_a_language_is_found():
    source = "own-decide = Nur { $author } darf das.\nbot-broke = { $what } ist kaputt.\nown-nothing = Nichts.\n= ?"
    assert sorted(differences(source)) == [
        "bot-broke uses ['what'], but is given []",
        "can't be read: = ?",
        "own-nothing is no text of ours",
    ]


def test_what_a_language_lacks_is_said_in_english(tmp_path):
    (tmp_path / "en.ftl").write_text(source_of("en"))
    (tmp_path / "de.ftl").write_text(
        "grid-unfinished = Noch nicht fertig.\nmade-pro = Bild { $zelle } in Pro\n"
    )
    with speaking("de", tmp_path):
        assert texts.languages() == ["de", "en"]
        assert texts.spoken() == "de"
        assert texts.say("grid-unfinished") == "Noch nicht fertig."
        assert texts.say("bot-broke").startswith("Something broke inside Draftroom.")
        # A translation that wants other values than there are is no reason to say nothing.
        assert texts.say("made-pro", cell="2") == "The Pro render of picture 2"
    assert texts.say("grid-unfinished").startswith("That grid isn't finished yet.")


def test_an_unknown_language_is_refused_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"There is no text in “tlh”; there is .*en"):
        texts.speak("tlh")
    with pytest.raises(ValueError, match=r"There is no text in “tlh”; there is .*en"):
        Settings(language="tlh")
    assert texts.spoken() == Settings(language="en").language == "en"


# Another language for everything that is shown.

#: A real language's code, for its plural forms.
PSEUDO = "eo"


class _Bracketed(Transformer):
    """Puts every text between brackets, so that what doesn't come from the file stands out."""

    def visit_Message(self, node):
        if node.value is not None:
            node.value.elements = [ftl.TextElement("⟦"), *node.value.elements, ftl.TextElement("⟧")]
        return node


@pytest.fixture(scope="module")
def brackets(tmp_path_factory):
    """A folder with a language in which every text has brackets; without English, so that none is said instead."""
    folder = tmp_path_factory.mktemp("texts")
    resource = _Bracketed().visit(FluentParser().parse(source_of("en")))
    (folder / f"{PSEUDO}.ftl").write_text(FluentSerializer().serialize(resource), encoding="utf-8")
    return folder


#: Letters that people typed are Cyrillic here, so that Latin ones are ours.
TYPED = st.text("жшюя ", min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
#: What is the same in every language: mentions, addresses, emoji, sizes, and formats of files.
UNIVERSAL = re.compile(r"<[^>]*>|:[a-z0-9_+-]+:|[0-9]+[x×][0-9]+|[0-9]+[km]b\b|\b(JPE?G|PNG|WEBP)\b", re.I)


def shown(made):
    """Everything in a message or a view that people read."""
    if isinstance(made, Message):
        yield made.text
        yield from (attachment.alt_text for attachment in made.attachments)
        yield from shown(list(made.blocks))
    elif isinstance(made, list | tuple):
        for one in made:
            yield from shown(one)
    elif isinstance(made, dict):
        for key, one in made.items():
            if isinstance(one, str) and key in ("text", "alt_text", "title", "label", "placeholder"):
                yield one
            else:
                yield from shown(one)


def outside(text):
    """What stands outside of all brackets, of which the last may have been cut off."""
    depth, left = 0, ""
    for letter in text:
        depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
        left += "" if depth else letter
    return left


@pytest.mark.parametrize("build", [one for _, one in kit.FOUND], ids=[name for name, _ in kit.FOUND])
def test_whatever_is_shown_comes_from_the_language_file(build, brackets, monkeypatch):
    monkeypatch.setattr(kit, "TYPED_NOT_EMPTY", TYPED)
    monkeypatch.setattr(kit, "IDS", st.text("23456789", min_size=7, max_size=11))
    monkeypatch.setitem(kit.BY_NAME, "title", TYPED)
    hints = {name: hint for name, hint in kit.typing.get_type_hints(build).items() if name != "return"}

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.fixed_dictionaries({name: kit.value(name, hint) for name, hint in hints.items()}))
    def holds(values):
        made = build(**values)
        bare = [text for text in shown(made) if re.search("[A-Za-z]{2}", UNIVERSAL.sub("", outside(text)))]
        assert bare == []

    with speaking(PSEUDO, brackets):
        holds()


def test_the_brackets_are_around_every_text(brackets):
    bracketed, wrong = parsed(source_of(PSEUDO, brackets))
    assert wrong == []
    assert bracketed.keys() == ENGLISH.keys()
    with speaking(PSEUDO, brackets):
        assert texts.say("drift-promised", pictures=1) == "⟦On it: 1 picture against the palette. Free.⟧"
    assert texts.spoken() == "en"
