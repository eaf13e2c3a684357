"""The tables of what is heard: whatever a message or a form offers is answered, by a function that a test can name."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import bot
from bot.home.guide import TOPICS, topic_modal
from bot.listeners import buttons, commands, forms, shortcuts
from bot.slack import buttons as buttons_of_pictures

TEXTS = Path(bot.__file__).parent / "texts"


def offered():
    """Every action_id and callback_id that our code puts into a message or a form: where, what kind, and which."""
    for info in pkgutil.walk_packages(bot.__path__, "bot."):
        if info.name in ("bot.__main__", "bot.slack.blocks"):
            continue  # nothing, and what the others build with
        module = importlib.import_module(info.name)
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.endswith("button")
            ):
                for argument in node.args[1:]:
                    yield from ((info.name, "action", name) for name in _names(argument, module))
            elif isinstance(node, ast.Dict):
                keys = {
                    key.value: value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)
                }
                if "action_id" in keys:
                    yield from ((info.name, "action", name) for name in _names(keys["action_id"], module))
                if "callback_id" in keys and "submit" in keys:
                    yield from ((info.name, "form", name) for name in _names(keys["callback_id"], module))


def _names(node, module):
    """The ids that an expression stands for: a constant's, all of a constant's table, what an f-string begins with."""
    ending = ""
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.FormattedValue):
        node, ending = node.values[0].value, "_1"
    if ast.unparse(node).rpartition(".")[2].isupper() and "(" not in ast.unparse(node):
        value = eval(ast.unparse(node), vars(module))
        return [f"{name}{ending}" for name in (value.values() if isinstance(value, dict) else [value])]
    return []


OFFERED = sorted(set(offered()))


def test_what_is_offered_is_found():
    names = {name for _, _, name in OFFERED}
    assert {"approve_cell_1", "draft_again", "costs_csv", "series_pick", "draft_form", "markup_form"} <= names
    assert len(names) >= 35


@pytest.mark.parametrize(("where", "kind", "name"), OFFERED)
def test_whatever_is_offered_is_answered(where, kind, name):
    assert buttons.handler_of(name) if kind == "action" else name in forms.FORMS


#: What messages of earlier releases offer.
OLD = {buttons_of_pictures.CHOOSE_ACTION}


def test_nothing_else_is_answered():
    names = {name for _, _, name in OFFERED}
    assert {button for button in buttons.BUTTONS if not {button, f"{button}_1"} & names} == OLD
    assert set(forms.FORMS) <= names
    assert buttons.handler_of("approve_cells") is None
    assert buttons.handler_of("an_approve_cell_1") is None


HANDLERS = {
    **buttons.BUTTONS,
    **{name: handler for name, (handler, _) in forms.FORMS.items()},
    **{f"/draft {name}": word.answer for name, word in commands.COMMANDS.items()},
    **shortcuts.SHORTCUTS,
}


@pytest.mark.parametrize("name", HANDLERS)
def test_every_handler_is_a_function_that_can_be_called_by_its_name(name):
    handler = HANDLERS[name]
    assert inspect.iscoroutinefunction(handler)
    assert getattr(inspect.getmodule(handler), handler.__name__) is handler


def test_shortcuts_are_those_of_the_manifest():
    manifest = (Path(bot.__file__).parents[1] / "manifest.yml").read_text()
    assert set(re.findall(r"callback_id: (\w+)", manifest)) == set(shortcuts.SHORTCUTS)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_word_that_is_told_has_a_step(language):
    told = re.findall(r"`/draft ([a-z]+)([^`]*)`", (TEXTS / f"{language}.ftl").read_text())
    assert len(told) >= 20
    assert {word for word, rest in told if word not in commands.COMMANDS} == {"a"}, "a prompt, as an example"


def test_every_word_that_has_a_step_is_told():
    told = set(re.findall(r"[a-z]+", "".join(str(topic_modal(name)) for name in TOPICS)))
    assert set(commands.COMMANDS) - told == {"", "help", "styles"} - told
