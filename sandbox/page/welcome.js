// What a channel shows at its beginning: what it is for, and in a channel with the bot, how to try it in three steps.

import { h, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { botUser, nameOf, store } from "./state.js";

const EXAMPLE = "a red apple on a teal background";
const PURPOSES = {
  C0SNEAKERS: "Pictures for the spring campaign.", C0GENERAL: "News for everyone in the workspace.",
  C0TEAHOUSE: "Menus, posters and mugs for the teahouse.", C0PRIVATE: "Plans that are not public yet.",
};

const step = (number, title, text) => h("li", {}, h("span.step-number", { "aria-hidden": "true" }, String(number)), h("div", {}, h("b", {}, title), h("p", {}, text)));

/** The intro above the first message. `put` writes into the composer. */
export function welcome(channel, put, isEmpty) {
  const bot = botUser();
  const hasBot = bot && (channel.members ?? []).includes(bot.id);
  const intro = h("section.intro", { "aria-label": `About #${channel.name}` },
    h("div.intro-mark", { "aria-hidden": "true" }, icon(channel.is_private ? "lock" : "hash", 28)),
    h("h2", {}, channel.is_private ? channel.name : `#${channel.name}`),
    h("p", {}, PURPOSES[channel.id] ?? channel.purpose?.value ?? "", " ", isEmpty ? "This is the very beginning of it." : "This is where it began."));
  if (!isEmpty) return intro;
  if (!hasBot) {
    intro.append(h("p.muted", {}, `${nameOf(bot?.id)} is not in this channel, so it does not hear what is said here.`));
    return intro;
  }
  const command = store.commands[0]?.command ?? "/draft";
  intro.append(h("div.first-card", {},
    h("div.first-head", {}, h("div.first-art", { "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")),
      h("div", {}, h("h3", {}, "Draft your first pictures"), h("p", {}, "Describe what you want to see. A grid of quick drafts appears in seconds, and nothing leaves this machine."))),
    h("div.first-try", {}, h("code", {}, `${command} ${EXAMPLE}`),
      h("button.button.primary", { type: "button", onclick: () => put(`${command} ${EXAMPLE}`) }, "Try this one")),
    h("ol.steps", {},
      step(1, "Approve with a number", ["Click ", emoji("two"), " under the grid. That picture is rendered in full quality."]),
      step(2, "Fix it in the thread", ["Reply ", h("code", {}, `@${nameOf(bot.id)} fix left: make it blue`), ". Only that part changes."]),
      step(3, "Read what it cost", ["Every picture shows its price; ", h("code", {}, `${command} summary`), " adds it all up."]))));
  return intro;
}
