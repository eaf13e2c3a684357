// Short notes at the bottom of the page, and refusals of the workspace as sentences.

import { h } from "./dom.js";

const SENTENCES = {
  unreachable: "The practice workspace does not answer. Is it still running?",
  operation_timeout: "The bot did not answer within 3 seconds. Try again.",
  dispatch_failed: "The bot is offline, so nobody heard this. Start it with “draftroom bot” and try again.",
  channel_not_found: "You are not in that channel.",
  message_not_found: "That message is no longer there.",
  too_many_emoji: "A message can carry 23 different emoji, and this one does.",
  thread_not_found: "That thread is no longer there.",
  msg_too_long: "This message is too long. Please shorten it.",
  action_not_found: "The message has changed since. Look again and retry.",
};

/** Say something for a few seconds. */
export function toast(text, { bad = false } = {}) {
  const note = h("div.toast", { class: bad ? "bad" : "" }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 7000 : 3000);
}

/** A refusal as a sentence. */
export const sentence = (problem) =>
  SENTENCES[problem.code] ?? problem.body?.message ?? `That did not work: ${String(problem.message).replaceAll("_", " ")}.`;

/** Run something and say so when it is refused. Returns its result, or undefined. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    if (!problem.code) throw problem;
    toast(sentence(problem), { bad: true });
    return undefined;
  }
}
