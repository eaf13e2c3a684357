"""Results as a table in `docs/performance.md`, between its two marks, and what machine measured them."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def machine() -> str:
    """Processor, cores and memory."""
    name = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        lines = facts.read_text(encoding="utf-8").splitlines()
        name = next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), name)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB"


def table(results: list[dict[str, Any]]) -> str:
    """The results as Markdown."""
    lines = [
        f"Measured on {results[0]['machine']}, without a GPU." if results else "Nothing was measured yet."
    ]
    lines += [
        "",
        "| what | against | ours | peer | ratio | aim | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in results:
        sign = {True: "met", False: "**missed**", None: ""}[one["met"]]
        what = one["what"] + (f" ({one['note']})" if one["note"] else "")
        lines.append(
            f"| {what} | {one['against']} | {_figure(one, 'ours')} | {_figure(one, 'peer')} "
            f"| {_short(one['ratio'])} {one['ratio_unit']} | {one['aim']} | {sign} |"
        )
    return "\n".join(lines)


def _figure(one: dict[str, Any], side: str) -> str:
    text = f"{_short(one[side])} {one['unit']}"
    if found := one[f"{side}_range"]:
        text += f" ({_short(found[0])}–{_short(found[1])})"
    return text


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def write_table(results: Path, page: Path = PAGE) -> None:
    """Put the table between the page's marks."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    found = table(json.loads(results.read_text(encoding="utf-8")))
    page.write_text(f"{before}{BEGIN}\n{found}\n{END}{after}", encoding="utf-8")
