// One message as DOM: who, when, what, with its reactions, its thread line and its toolbar.

import * as api from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h, icon, iconButton } from "./dom.js";
import { isTicked } from "./elements.js";
import { bare, mrkdwn } from "./mrkdwn.js";
import { hashOf } from "./places.js";
import { fileList } from "./pictures.js";
import { menu } from "./popover.js";
import { reactionRow, reactWithPicker, toggle } from "./reactions.js";
import { botUser, nameOf, pick, store } from "./state.js";
import { ago, stamp } from "./time.js";
import { attempt, toast } from "./toast.js";

/** What decides whether the body must be drawn again. */
export const signature = (message) => JSON.stringify([message.text, message.blocks, message.attachments, message.files, message.edited]);

/** A message's words, for people who listen. */
export const spokenText = (message) => `${nameOf(message.user)}: ${bare(message.text).slice(0, 300) || (message.files ? "a file" : "")}`;

const rootOf = (message) => message.thread_ts ?? message.ts;

/** The whole message. `room` = {channel, inThread, openThread}. */
export function messageNode(message, room) {
  const isBot = Boolean(message.bot_id ?? store.users.get(message.user)?.is_bot);
  const href = hashOf(room.channel, rootOf(message), message.thread_ts && message.thread_ts !== message.ts ? message.ts : null);
  const head = h("div.message-head", {},
    h("span.author", {}, nameOf(message.user)),
    isBot ? h("span.app-mark", {}, "APP") : null,
    stamp(message.ts, href));
  const node = h("article.message", { class: message.ephemeral_for ? "ephemeral" : "", data: { ts: message.ts, user: message.user }, "aria-label": spokenText(message) },
    h("div.gutter", {}, avatar(message.user), h("span.side-time", { "aria-hidden": "true" }, stamp(message.ts, href))),
    h("div.content", {},
      message.ephemeral_for ? h("p.only-you", {}, icon("eye", 14), "Only visible to you") : null,
      message.thread_ts && message.subtype === "thread_broadcast" && !room.inThread ? h("p.only-you", {}, "replied to a thread") : null,
      head, body(message, room), h("div.under")),
    message.ephemeral_for ? null : toolbar(message, room));
  node.querySelector(".side-time a").tabIndex = -1;
  refreshUnder(node, message, room);
  return node;
}

/** Draw reactions and the thread line again, and nothing else. */
export function refreshUnder(node, message, room) {
  const under = node.querySelector(".under");
  const focused = document.activeElement?.closest?.(".chip") && under.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  under.replaceChildren(...[reactionRow(room.channel, message), room.inThread ? null : threadLine(message, room)].filter(Boolean));
  if (focused) under.querySelector(`.chip[data-name="${CSS.escape(focused)}"]`)?.focus();
  node.current = message;
}

function body(message, room) {
  const act = (block, given, state) => {
    if (isTicked(given)) pick(message.ts, block.block_id, given.action_id, state);
    return api.action({ channel: room.channel, message_ts: message.ts, block_id: block.block_id, action_id: given.action_id, ...state });
  };
  const values = store.picked.get(message.ts);
  const edited = message.edited && !message.blocks?.length ? h("span.edited", {}, " (edited)") : null;
  const attached = (message.attachments ?? []).map((one) => h("div.attachment", {},
    one.pretext ? h("div.text", {}, mrkdwn(one.pretext)) : null, one.title ? h("b", {}, one.title) : null,
    one.blocks ? renderBlocks(one.blocks, { act, values }) : h("div.text", {}, mrkdwn(one.text ?? one.fallback ?? ""))));
  return h("div.message-body", {},
    message.blocks?.length ? renderBlocks(message.blocks, { act, values }) : message.text ? h("div.text", {}, mrkdwn(message.text), edited) : null,
    attached, message.files?.length ? fileList(message.files) : null);
}

function threadLine(message, room) {
  if (!message.reply_count) return null;
  const count = message.reply_count;
  return h("button.thread-line", { type: "button", onclick: () => room.openThread(message.ts) },
    h("span.faces", {}, (message.reply_users ?? []).slice(0, 4).map((user) => avatar(user, "tiny"))),
    h("b", {}, count === 1 ? "1 reply" : `${count} replies`),
    h("span.thread-when", {}, `Last reply ${ago(message.latest_reply)}`), icon("right", 16));
}

function toolbar(message, room) {
  const current = (from) => from.closest(".message").current;
  const react = iconButton("react", "Add reaction", () => reactWithPicker(react, room.channel, current(react)), { "aria-haspopup": "dialog" });
  const more = iconButton("more", "More actions", () => menu(more, choices(current(more), room, more), "Message actions"), { "aria-haspopup": "menu" });
  const quick = ["white_check_mark", "eyes"].map((name) => iconFor(name, () => toggle(room.channel, current(react), name)));
  const bar = h("div.toolbar", { role: "toolbar", "aria-label": "Message actions" }, h("span.wide-only", {}, quick), react,
    room.inThread ? null : iconButton("reply", "Reply in thread", () => room.openThread(rootOf(message), true)), more);
  return h("div.toolbar-rail", {}, bar);
}

function iconFor(name, onclick) {
  const label = { white_check_mark: "React with a check mark", eyes: "React with eyes" }[name];
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick }, { white_check_mark: "✅", eyes: "👀" }[name]);
}

function choices(message, room, anchor) {
  const bot = botUser();
  const own = store.shortcuts.filter((shortcut) => shortcut.type === "message");
  const items = [
    { label: "Add reaction…", icon: icon("react", 18), onpick: () => reactWithPicker(anchor, room.channel, message) },
    room.inThread ? null : { label: "Reply in thread", icon: icon("reply", 18), onpick: () => room.openThread(rootOf(message), true) },
    { label: "Copy link", icon: icon("link", 18), onpick: () => copyLink(message, room) },
    ...(own.length ? ["-", { title: nameOf(bot?.id) }] : []),
    ...own.map((shortcut) => ({ label: shortcut.name, icon: icon("bolt", 18), onpick: () => attempt(() => api.shortcut(room.channel, message.ts, shortcut.callback_id)) })),
  ];
  return items.filter(Boolean);
}

async function copyLink(message, room) {
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const link = `${location.origin}/${hashOf(room.channel, rootOf(message), reply ? message.ts : null)}`;
  try {
    await navigator.clipboard.writeText(link);
    toast("Link copied");
  } catch {
    toast(link);
  }
}
