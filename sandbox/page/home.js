// The bot's App Home: a tab of its own that the bot fills.

import * as api from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { skeleton } from "./messages.js";
import { botUser, nameOf, on, store } from "./state.js";
import { attempt } from "./toast.js";

const PATIENCE_MS = 4000;

/** Show App Home in the given head and stream, and tell the bot that it was opened. */
export async function showHome(head, stream) {
  const bot = botUser();
  const dot = h("span.presence", { class: store.botOnline ? "on" : "" });
  fill(head, h("div.room-title", {}, avatar(bot?.id, "small"), h("h1", {}, nameOf(bot?.id)), dot), h("div.tabs", {}, h("span.tab", { "aria-current": "page" }, "Home")));
  fill(stream, h("div.home-view", {}, skeleton()));
  const before = store.home;
  const answer = await attempt(() => api.home());
  if (store.place !== "home") return;
  // The answer is what stood there before this visit; what the bot published meanwhile is newer.
  if (answer?.view && store.home === before) store.home = answer.view;
  if (store.home) draw(stream);
  else setTimeout(() => store.place === "home" && !store.home && empty(stream), answer ? PATIENCE_MS : 0);
}

function draw(stream) {
  const act = (block, given, state) => api.action({ view_id: store.home.id, block_id: block.block_id, action_id: given.action_id, ...state });
  const top = stream.scrollTop;
  fill(stream, h("div.home-view", {}, renderBlocks(store.home.blocks ?? [], { act, where: "home" })));
  stream.scrollTop = top;
}

function empty(stream) {
  const bot = nameOf(botUser()?.id);
  fill(stream, h("div.home-view.empty", {}, h("p", {}, store.botOnline ? `${bot} has not put anything here yet.` : `${bot} is offline. Its home page appears when it is back.`)));
}

on("home", () => store.place === "home" && draw(document.getElementById("stream")));
