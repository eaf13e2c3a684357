// The list of channels and apps, and the head of the channel that is open.

import { avatar } from "./avatar.js";
import { fill, h, icon } from "./dom.js";
import { hashOf } from "./places.js";
import { botUser, nameOf, on, store } from "./state.js";

const sidebar = document.getElementById("sidebar");

function row({ href, current, unread, mentions, face, name, side }) {
  const label = `${name}${unread ? ", unread" : ""}${mentions ? `, ${mentions} ${mentions === 1 ? "mention" : "mentions"}` : ""}`;
  return h("li", {}, h("a.channel", { href, "aria-current": current ? "page" : null, "aria-label": label, class: unread ? "unread" : "" },
    face, h("span.channel-name", {}, name), side, mentions ? h("span.badge", {}, String(mentions)) : unread ? h("span.dot", {}) : null));
}

/** Draw the list anew. */
export function drawSidebar() {
  const focused = document.activeElement?.closest?.("#sidebar a")?.getAttribute("href");
  const bot = botUser();
  const rooms = [...store.channels.values()].filter((channel) => channel.name);
  fill(sidebar,
    h("h2", {}, "Channels"),
    h("ul", {}, rooms.map((channel) => row({
      href: hashOf(channel.id), current: store.place === channel.id, unread: store.unread.has(channel.id), mentions: store.unread.get(channel.id) || 0,
      face: icon(channel.is_private ? "lock" : "hash", 18), name: channel.name,
    }))),
    bot ? [h("h2", {}, "Apps"), h("ul", {}, row({
      href: "#home", current: store.place === "home", face: avatar(bot.id, "small"), name: nameOf(bot.id),
      side: h("span.presence", { class: store.botOnline ? "on" : "", title: store.botOnline ? "Online" : "Offline" }),
    }))] : null,
    h("div.sidebar-foot", {}, h("p", {}, "A workspace to practise in, on your own machine. Messages and files are forgotten when it stops; what the bot has stored is not.")));
  if (focused) sidebar.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  document.getElementById("open-sidebar").classList.toggle("has-news", store.unread.size > 0);
}

/** The head of a channel. */
export function drawHead(head, channel) {
  const members = channel.members ?? [];
  fill(head, h("div.room-title", {}, icon(channel.is_private ? "lock" : "hash", 20), h("h1", {}, channel.name)),
    h("div.members", { title: members.map(nameOf).join(", ") }, h("span.faces", { "aria-hidden": "true" }, members.slice(0, 4).map((id) => avatar(id, "tiny"))),
      h("span", { "aria-label": `${members.length} members` }, String(members.length))));
}

/** Whether the bot is there, said in words in the top bar. */
export function drawBot() {
  const name = nameOf(botUser()?.id);
  fill(document.getElementById("bot-status"), h("span.presence", { class: store.botOnline ? "on" : "" }), h("span", {}, h("span.bot-name", {}, `${name} is `), store.botOnline ? "online" : "offline"));
  document.getElementById("bot-status").classList.toggle("off", !store.botOnline);
  drawSidebar();
}

/** Open or close the list on narrow screens. */
export function toggleSidebar(open) {
  document.body.classList.toggle("sidebar-open", open);
  document.getElementById("scrim").hidden = !open;
  document.getElementById("open-sidebar").setAttribute("aria-expanded", String(open));
  if (open) sidebar.querySelector("a")?.focus();
}

on("channels", drawSidebar);
on("unread", drawSidebar);
on("bot", drawBot);
