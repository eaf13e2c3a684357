// What a channel shows at its beginning: what it is for, and in a channel with the bot, how to try it in three steps.

import { h, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { botUser, nameOf, store } from "./state.js";

/** What is charming to draw: the picture's name and the words that it was drawn from. */
const EXAMPLES = {
  sunflower: "a sunflower on a blue background", strawberry: "a strawberry on a cream background", mushroom: "a mushroom on a green background",
  cat: "a cat on a teal background", cupcake: "a cupcake on a pink background", donut: "a donut on a mint background",
};
const PURPOSES = {
  C0SNEAKERS: "Pictures for the flower shop's spring campaign.", C0GENERAL: "News for everyone in the workspace.",
  C0TEAHOUSE: "Menus, posters and mugs for the café.", C0PRIVATE: "Plans that are not public yet.",
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
    h("div.first-head", {}, h("h3", {}, "Draft your first pictures"),
      h("p", {}, "Press one, or describe what you want to see. A grid of quick drafts appears in seconds, and nothing leaves this machine.")),
    h("div.first-row", {}, Object.entries(EXAMPLES).map(([name, words]) =>
      h("button.first-picture", { type: "button", "aria-label": `Draft ${words}`, title: `${command} ${words}`, onclick: () => put(`${command} ${words}`) },
        h("img", { src: `/ui/static/examples/${name}.webp`, alt: "", width: "120", height: "120" }), h("span", {}, name)))),
    h("ol.steps", {},
      step(1, "Approve one", ["Press ", h("b", {}, "Pro 2"), " under the grid, or react with ", emoji("two"), ". That picture is rendered in full quality."]),
      step(2, "Fix it in the thread", ["Reply ", h("code", {}, `@${nameOf(bot.id)} fix center: make it purple`), ". Only that part changes."]),
      step(3, "Read what it cost", [h("code", {}, `${command} summary`), " adds it all up; a grid's menu has the details."]))));
  return intro;
}
