// Faces: a coloured square with initials for people, the app's own mark for the bot.

import { h } from "./dom.js";
import { nameOf, store } from "./state.js";

const HUES = ["teal", "clay", "plum", "moss", "navy", "gold"];
const KNOWN = { U0ADA: "plum", U0BEN: "navy", U0CLEO: "clay", U0GUEST: "moss" };

function hueOf(userId) {
  if (KNOWN[userId]) return KNOWN[userId];
  let sum = 0;
  for (const letter of userId ?? "") sum += letter.charCodeAt(0);
  return HUES[sum % HUES.length];
}

/** A decorative face; the name always stands beside it or in a label. */
export function avatar(userId, size = "") {
  if (store.users.get(userId)?.is_bot)
    return h("span.avatar.bot", { class: size, "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i"));
  const initials = nameOf(userId).split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  return h("span.avatar", { class: `${size} hue-${hueOf(userId)}`, "aria-hidden": "true" }, initials);
}
