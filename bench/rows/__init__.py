"""The rows of the table, in its order. Each is a function of the setting that returns one or more results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bench.measuring import Result
from bench.rows.drafts import draft_1_step, draft_4_steps
from bench.rows.editor import editor
from bench.rows.fixes import fix_a_tenth
from bench.rows.history import history
from bench.rows.parts import prompt_cache, queue, tier_memory
from bench.rows.rival import rival
from bench.rows.starter import overhead, people
from bench.rows.turns import turns_full_size, turns_starter
from bench.setting import Setting

ROWS: Mapping[str, Callable[[Setting], Awaitable[list[Result]]]] = {
    "draft-1-step": draft_1_step,
    "draft-4-steps": draft_4_steps,
    "fix-a-tenth": fix_a_tenth,
    "turns-starter": turns_starter,
    "turns-sd": turns_full_size,
    "people": people,
    "overhead": overhead,
    "editor": editor,
    "rival": rival,
    "tier-memory": tier_memory,
    "queue": queue,
    "prompt-cache": prompt_cache,
    "history": history,
}
