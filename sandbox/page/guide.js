// The first loop, ticked off as it is played: draft, approve, fix, cost, each with what happened underneath.

import { emoji } from "./emoji.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { picturesOf } from "./pictures.js";
import { botUser, nameOf, store } from "./state.js";

const KEY = "practice-first-loop";
const command = () => store.commands[0]?.command ?? "/draft";

/** Each step: the role that the bot's metadata gives its message, what happened, and what to do for it. */
const STEPS = [
  { role: "grid", name: "Draft", next: () => ["describe a picture with ", h("code", {}, command()), "."], happened: "The cost was held before anything was drawn, and settled at what it took." },
  { role: "pro", name: "Approve", next: () => ["press the number of a picture that you like, or react with it: ", emoji("two"), "."], happened: "The chosen draft was drawn on in full quality, so its composition stayed." },
  { role: "fix", name: "Fix", next: () => ["open the thread and reply ", h("code", {}, `@${nameOf(botUser()?.id)} fix center: make it purple`), "."], happened: "Only that changed: every pixel beside it was compared with the one before." },
  { role: "summary", name: "Cost", next: () => ["type ", h("code", {}, `${command()} summary`), "."], happened: "All of it stands in a ledger whose sums can be proved." },
];

let done = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const strip = h("section.guide", { "aria-label": "Your first loop", hidden: true });

function keep(roles) {
  done = roles;
  sessionStorage.setItem(KEY, JSON.stringify(done));
  draw();
}

function draw() {
  strip.hidden = !done.length || done.includes("away");
  if (strip.hidden) return;
  const last = STEPS.find((step) => step.role === done.at(-1));
  const next = STEPS.find((step) => !done.includes(step.role));
  fill(strip,
    h("ol.guide-steps", {}, STEPS.map((step, index) => {
      const ticked = done.includes(step.role);
      return h("li", { class: ticked ? "done" : step === next ? "next" : "" }, h("span.guide-mark", { "aria-hidden": "true" }, ticked ? icon("check", 13) : String(index + 1)), step.name, ticked ? h("span.sr-only", {}, " (done)") : null);
    })),
    h("p.guide-told", { "aria-live": "polite" }, h("span.guide-why", {}, last?.happened, " "), h("b", {}, next ? ["Next: ", next.next()] : "That was the whole loop.")),
    iconButton("close", "Close the guide", () => keep([...done, "away"])));
}

/** The strip above the composer; hidden until the first draft is there. */
export function guide() {
  draw();
  return strip;
}

/** What is still under way has a key of one part, `brief:red-apple-2`; what is done, more: `brief:red-apple-2:grid`. */
const UNDER_WAY = /^(brief|job):[^:]+$/;

/** Look at a message, new or changed: does it end a step? */
export function notice(message) {
  const { role, effect = "" } = message.metadata?.event_payload ?? {};
  if (UNDER_WAY.test(effect)) return;
  const step = STEPS.find((one) => one.role === role);
  if (step && !done.includes(role) && picturesOf(message.blocks ?? []).length) keep([...done, role]);
}
