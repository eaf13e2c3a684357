// The thread panel: a side panel on a desk, the whole screen on a phone.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { fill, h, iconButton } from "./dom.js";
import { MessageList, skeleton } from "./messages.js";
import { hashOf } from "./places.js";
import { on, ordered, store } from "./state.js";
import { attempt } from "./toast.js";

const panel = document.getElementById("thread");
let list = null;
let cameFrom = null;

/** Open a thread of the current channel. */
export async function openThread(channel, ts, { focus = true, show = null } = {}) {
  if (store.thread === ts && list) {
    if (focus) panel.querySelector("textarea")?.focus();
    if (show) list.show(show);
    return;
  }
  cameFrom = document.activeElement;
  store.thread = ts;
  list?.end();
  list = null;
  panel.hidden = false;
  document.body.classList.add("thread-open");
  const room = store.channels.get(channel);
  const stream = h("div.stream", { tabindex: "-1" }, skeleton());
  const composer = new Composer({ channel, thread: ts, label: "Reply…", id: "thread-text" });
  fill(panel, h("div.room-head", {}, h("div.room-title", {}, h("h2", {}, "Thread"), h("span.room-sub", {}, room?.name ? `#${room.name}` : "")), iconButton("close", "Close thread", () => closeThread())),
    stream, h("div.composer-slot", {}, composer.node));
  await loadThread(channel, ts);
  if (store.thread !== ts) return;
  const replies = () => (ordered(store.threads.get(ts)) ?? []);
  list = new MessageList(stream, { channel, inThread: true, openThread }, replies, { between: (index, total) => (index === 0 ? [countLine(total - 1)] : []) });
  list.draw();
  if (show) list.show(show);
  if (focus && matchMedia("(pointer: fine)").matches) composer.focus();
  else if (focus) panel.querySelector("button")?.focus();
}

const counts = h("div.reply-count", { role: "separator" });

function countLine(replies) {
  counts.textContent = replies === 1 ? "1 reply" : replies ? `${replies} replies` : "No replies yet";
  return counts;
}

/** Fetch a thread anew. */
async function loadThread(channel, ts) {
  const answer = await attempt(() => api.messages(channel, ts));
  if (answer) store.threads.set(ts, new Map(answer.messages.map((message) => [message.ts, message])));
}

/** After a reconnect: what is shown may be old. */
export async function refreshThread() {
  if (!store.thread || !list) return;
  await loadThread(list.room.channel, store.thread);
  list.draw();
}

/** Close the panel; the focus goes back to where it came from. */
export function closeThread({ silent = false, back = true } = {}) {
  if (!store.thread) return;
  store.threads.delete(store.thread);
  store.thread = null;
  list?.end();
  list = null;
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("thread-open");
  if (silent) return;
  if (back && history.state?.thread) history.back();
  else if (back && store.place && store.place !== "home") history.replaceState(null, "", hashOf(store.place));
  cameFrom?.isConnected && cameFrom.focus({ preventScroll: true });
}

panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) closeThread();
});

on("message", ({ ts, thread, fresh }) => {
  if (list && (thread === store.thread || ts === store.thread)) list.touch(ts, { fresh });
});
