// Reaction chips under a message: counts, who reacted, and a click that joins in or takes back.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { emoji, spoken } from "./emoji.js";
import { pickEmoji } from "./picker.js";
import { nameOf, store } from "./state.js";
import { attempt } from "./toast.js";

/** Add or take back my reaction. */
export function toggle(channel, message, name) {
  const mine = (message.reactions ?? []).some((entry) => entry.name === name && entry.users.includes(store.me.id));
  return attempt(() => api.react(channel, message.ts, name, mine ? "remove" : "add"));
}

/** Open the picker beside `anchor` and react with what is chosen. */
export function reactWithPicker(anchor, channel, message) {
  pickEmoji(anchor, (name) => toggle(channel, message, name));
}

function people(users) {
  const names = users.map((id) => (id === store.me.id ? "You" : nameOf(id))).sort((a, b) => (b === "You") - (a === "You"));
  return names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The row of chips, or nothing. */
export function reactionRow(channel, message) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((entry) => {
    const mine = entry.users.includes(store.me.id);
    const who = people(entry.users);
    return h("button.chip", {
      type: "button", class: mine ? "mine" : "", "aria-pressed": String(mine), data: { name: entry.name },
      "aria-label": `${spoken(entry.name)}, ${entry.count}: ${who}. ${mine ? "Take back" : "React too"}`,
      onclick: () => toggle(channel, message, entry.name),
    }, emoji(entry.name), h("span.count", {}, String(entry.count)),
    h("span.tip", { "aria-hidden": "true" }, h("span.tip-emoji", {}, emoji(entry.name)), h("span", {}, h("b", {}, who), ` reacted with :${entry.name}:`)));
  });
  const more = h("button.chip.add", { type: "button", "aria-label": "Add reaction", title: "Add reaction", "aria-haspopup": "dialog" }, icon("react", 18));
  more.addEventListener("click", () => reactWithPicker(more, channel, message));
  return h("div.reactions", { role: "group", "aria-label": "Reactions" }, chips, more);
}
