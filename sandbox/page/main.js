// Puts the page together: starts, follows the live feed, and goes where the address says.

import * as api from "./api.js";
import { drawBot, drawHead, drawSidebar, toggleSidebar } from "./channels.js";
import { Composer } from "./composer.js";
import { icon } from "./dom.js";
import { guide, notice } from "./guide.js";
import { showHome } from "./home.js";
import { spokenText } from "./message.js";
import { MessageList, skeleton } from "./messages.js";
import { drop, showView, viewClosed } from "./modals.js";
import { remember, remembered, setUpPeople } from "./people.js";
import { hashOf, parse } from "./places.js";
import { closePopover } from "./popover.js";
import { apply, isTop, load, nameOf, on, ordered, store, tell } from "./state.js";
import { closeThread, openThread, refreshThread } from "./threads.js";
import { attempt, toast } from "./toast.js";
import { welcome } from "./welcome.js";

const $ = (id) => document.getElementById(id);
const [head, stream, slot] = [$("room-head"), $("stream"), $("composer-slot")];
let list = null;
let composer = null;
let stop = null;

/** Go where the address says. */
async function go() {
  const { channel, thread, ts } = parse(location.hash);
  const fallback = store.channels.has("C0SNEAKERS") ? "C0SNEAKERS" : [...store.channels.keys()][0];
  const place = channel === "home" || store.channels.has(channel) ? channel : fallback;
  toggleSidebar(false);
  if (place !== store.place) await enter(place);
  if (!thread && store.thread) closeThread({ back: false });
  if (thread && place === channel && list) {
    const message = store.messages.get(place)?.get(thread);
    if (message && !ts && !message.reply_count) list.show(thread);
    else await openThread(place, thread, { focus: false, show: ts });
  }
}

async function enter(place) {
  closePopover();
  closeThread({ silent: true });
  list?.end();
  list = composer = null;
  store.place = place;
  store.unread.delete(place);
  tell("unread");
  title();
  document.body.classList.toggle("at-home", place === "home");
  slot.replaceChildren();
  if (place === "home") return showHome(head, stream);
  const channel = store.channels.get(place);
  drawHead(head, channel);
  composer = new Composer({ channel: place, label: `Message #${channel.name}`, id: "composer-text" });
  slot.replaceChildren(guide(), composer.node);
  if (!store.messages.has(place)) stream.replaceChildren(skeleton());
  await fetchChannel(place);
  if (store.place !== place) return undefined;
  drawChannel();
  if (matchMedia("(pointer: fine)").matches) composer.focus();
  return undefined;
}

async function fetchChannel(place) {
  const answer = await attempt(() => api.messages(place));
  store.messages.set(place, new Map((answer?.messages ?? []).filter(isTop).map((message) => [message.ts, message])));
}

function drawChannel() {
  const place = store.place;
  list?.end();
  const source = () => ordered(store.messages.get(place)) ?? [];
  const empty = source().length === 0;
  const intro = welcome(store.channels.get(place), (text) => composer.put(text), empty);
  const open = (ts, focus = true) => {
    // A step of its own, so that "back" on a phone closes the thread and nothing else.
    if (store.thread) history.replaceState(history.state, "", hashOf(place, ts));
    else history.pushState({ thread: true }, "", hashOf(place, ts));
    return openThread(place, ts, { focus });
  };
  list = new MessageList(stream, { channel: place, inThread: false, openThread: open }, source, { intro });
  list.wasEmpty = empty;
  list.draw();
}

function title() {
  const where = store.place === "home" ? "Home" : `#${store.channels.get(store.place)?.name ?? ""}`;
  document.title = `${store.unread.size ? "● " : ""}${where} · Practice workspace`;
}

on("message", ({ channel, ts, thread, fresh, gone }) => {
  if (!list || channel !== store.place) return;
  const inChannel = store.messages.get(channel)?.has(ts) || gone;
  if (inChannel && (!thread || thread === ts || store.messages.get(channel)?.has(ts) || gone)) list.touch(ts, { fresh });
});

function news(update, message) {
  const { channel } = update;
  const mentioned = message.text?.includes(`<@${store.me.id}>`) ? 1 : 0;
  if (channel !== store.place || document.hidden) {
    if (channel !== store.place) store.unread.set(channel, (store.unread.get(channel) ?? 0) + mentioned);
    tell("unread");
    title();
  }
  if (channel === store.place) $("announcer").textContent = spokenText(message);
}

const VIEWS = {
  view_opened: (update) => showView(update.view),
  view_updated: (update) => (update.view?.type === "home" ? publish(update) : showView(update.view)),
  view_closed: (update) => viewClosed(update.view?.id ?? update.view_id, update.next_view),
  home_published: publish,
};

function publish(update) {
  store.home = update.view;
  tell("home");
}

function online(now) {
  if (store.botOnline === now) return;
  store.botOnline = now;
  drawBot();
}

function onUpdate(update) {
  if (VIEWS[update.type]) return VIEWS[update.type](update);
  if (update.type === "hello") return online(Boolean(update.bot_connected));
  if (update.type.startsWith("bot_")) return online(update.type === "bot_connected");
  if (update.type.startsWith("member_")) return api.state().then(load).then(() => store.channels.has(store.place) && drawHead(head, store.channels.get(store.place)));
  const message = apply(update);
  // A grid grows out of its placeholder: most steps end with a change of a message.
  if (update.message) notice(update.message);
  return message && news(update, message);
}

let connected = false;

/** The feed is up: after a break, catch up with what was missed. */
async function onUp() {
  $("connection").hidden = true;
  if (!connected) {
    connected = true;
    return;
  }
  load(await api.state());
  if (store.place && store.place !== "home") {
    await fetchChannel(store.place);
    drawChannel();
    await refreshThread();
  }
  const open = await api.openView();
  if (open.view) showView(open.view);
  else drop();
}

function onDown() {
  $("connection").textContent = "The connection to the practice workspace was lost. Trying again…";
  $("connection").hidden = false;
}

async function start(userId) {
  stop?.();
  connected = false;
  closeThread({ silent: true });
  drop();
  api.actAs(userId);
  Object.assign(store, { place: null, home: null, messages: new Map(), unread: new Map(), picked: new Map() });
  try {
    load(await api.state());
  } catch (problem) {
    if (problem.code === "user_not_found" && userId !== "U0ADA") return start("U0ADA");
    onDown();
    setTimeout(() => start(userId), 2000);
    return undefined;
  }
  remember(store.me.id);
  stop = api.follow(store.me.id, { onUpdate, onUp, onDown });
  await go();
  const open = await attempt(() => api.openView());
  if (open?.view) showView(open.view);
  document.body.classList.add("ready");
  return undefined;
}

$("open-sidebar").append(icon("menu"));
$("open-sidebar").addEventListener("click", () => toggleSidebar(!document.body.classList.contains("sidebar-open")));
$("scrim").addEventListener("click", () => toggleSidebar(false));
$("sidebar").addEventListener("click", (event) => event.target.closest("a") && toggleSidebar(false));
$("sidebar").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("sidebar-open")) return;
  toggleSidebar(false);
  $("open-sidebar").focus();
});
addEventListener("hashchange", go);
setUpPeople(async (userId) => {
  await start(userId);
  toast(`You now act as ${nameOf(userId)}`);
});
drawSidebar();
start(remembered());
