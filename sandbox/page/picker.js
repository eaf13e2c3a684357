// The emoji picker: what you use most, a search, and all groups. Works with the keyboard.

import { h } from "./dom.js";
import { emoji, FAVOURITES, GROUPS, search, spoken } from "./emoji.js";
import { popover } from "./popover.js";

const KEY = "practice-emoji-used";
const COLUMNS = 9;

function uses() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(name) {
  const counts = uses();
  counts[name] = (counts[name] ?? 0) + 1;
  localStorage.setItem(KEY, JSON.stringify(counts));
}

/** The names offered first: the numbers, then what was used most, then the usual ones. */
function frequent() {
  const counts = uses();
  const rest = [...new Set([...Object.keys(counts).sort((a, b) => counts[b] - counts[a]), ...FAVOURITES])].filter((name) => !FAVOURITES.slice(0, 9).includes(name));
  return [...FAVOURITES.slice(0, 9), ...rest.slice(0, 9)];
}

/** Let the person pick an emoji beside `anchor`. */
export function pickEmoji(anchor, onpick) {
  const field = h("input.picker-search", { type: "search", placeholder: "Search emoji", "aria-label": "Search emoji", autocomplete: "off" });
  const results = h("div.picker-results");
  const preview = h("p.picker-preview", { "aria-live": "polite" }, "Pick a reaction");
  const choose = (name) => {
    remember(name);
    layer.close();
    onpick(name);
  };
  const grid = (names) => h("div.picker-grid", {}, names.map((name) =>
    h("button", {
      type: "button", "aria-label": spoken(name), data: { name },
      onclick: () => choose(name), onmouseenter: () => show(name), onfocus: () => show(name),
    }, emoji(name))));
  const show = (name) => preview.replaceChildren(emoji(name, { big: true }), ` :${name}:`);
  const groups = () => [["Frequently used", frequent()], ...GROUPS].map(([title, names]) => h("section", {}, h("h3", {}, title), grid(names)));
  const fillIn = () => {
    const typed = field.value.trim();
    if (!typed) return results.replaceChildren(...groups());
    const found = search(typed);
    return results.replaceChildren(found.length ? h("section", {}, h("h3", {}, "Results"), grid(found)) : h("p.picker-none", {}, `No emoji is called “${typed}”.`));
  };
  fillIn();
  field.addEventListener("input", () => {
    fillIn();
    results.scrollTop = 0;
  });
  const content = h("div.picker", { role: "dialog", "aria-label": "Choose an emoji" }, field, results, preview);
  content.addEventListener("keydown", (event) => {
    const all = [...results.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Enter" && document.activeElement === field && all.length) {
      event.preventDefault();
      choose(all[0].dataset.name);
    }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (!step || (at < 0 && event.key !== "ArrowDown")) return;
    event.preventDefault();
    if (at >= 0 && at + step < 0) field.focus();
    else (at < 0 ? all[0] : all[Math.min(all.length - 1, at + step)])?.focus();
  });
  const layer = popover(anchor, content, { className: "picker-layer" });
  if (matchMedia("(pointer: fine)").matches) field.focus();
  else layer && content.focus?.();
}
