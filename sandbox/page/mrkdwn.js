// Slack's mrkdwn as DOM: emphasis, code, links, mentions, dates, quotes, lists, emoji. Text in, nodes out, never markup.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { nameOf, store } from "./state.js";
import { dateToken } from "./time.js";
import { toPlace } from "./places.js";

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Nodes for a whole mrkdwn text, with quotes, lists and code blocks. */
export function mrkdwn(text) {
  const nodes = [];
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/g);
  parts.forEach((part, index) => {
    if (index % 2) nodes.push(h("pre.code-block", {}, unescape(plainTokens(part))));
    else if (part) nodes.push(...lines(part.replace(/^\n/, index ? "" : "\n")));
  });
  return nodes;
}

/** Nodes for a plain_text object: only emoji names are special. */
export function plain(text, withEmoji = true) {
  return withEmoji ? emojiAndText(String(text ?? "")) : [document.createTextNode(String(text ?? ""))];
}

/** A text object of Block Kit, either kind. */
export function textObject(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(unescape(object.text ?? ""), object.emoji !== false);
}

/** The same text without any marks, for labels and announcements. */
export function bare(text) {
  return unescape(plainTokens(String(text ?? ""))).replace(/[*_~`]/g, "").replace(/\s+/g, " ").trim();
}

function plainTokens(text) {
  return text.replace(/<([^<>]+)>/g, (_, inside) => {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return `@${nameOf(target.slice(1))}`;
    if (target.startsWith("#")) return `#${store.channels.get(target.slice(1))?.name ?? label ?? "private channel"}`;
    if (target.startsWith("!date")) return label ?? "";
    if (target.startsWith("!")) return `@${label ?? target.slice(1)}`;
    return label ?? target;
  });
}

function lines(text) {
  const nodes = [];
  let group = null;
  const flush = () => {
    if (!group) return;
    if (group.kind === "quote") nodes.push(h("blockquote", {}, group.items.flatMap((item, i) => [i ? h("br") : null, ...inline(item)])));
    else nodes.push(h(group.kind === "ol" ? "ol" : "ul", { start: group.start }, group.items.map((item) => h("li", {}, inline(item)))));
    group = null;
  };
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quote = line.match(/^(?:&gt;|>)\s?(.*)$/);
    const bullet = line.match(/^\s*[•◦▪‣]\s+(.*)$/) ?? line.match(/^\s*-\s+(.*)$/);
    const number = line.match(/^\s*(\d{1,3})[.)]\s+(.*)$/);
    const kind = quote ? "quote" : bullet ? "ul" : number ? "ol" : null;
    if (kind !== group?.kind) flush();
    if (kind) {
      group ??= { kind, items: [], start: number ? Number(number[1]) : undefined };
      group.items.push(quote ? quote[1] : bullet ? bullet[1] : number[2]);
      return;
    }
    nodes.push(...inline(line));
    const next = all[index + 1];
    const nextIsBlock = next !== undefined && /^(?:&gt;|>|\s*[•◦▪‣]\s|\s*-\s|\s*\d{1,3}[.)]\s)/.test(next);
    if (index < all.length - 1 && !nextIsBlock) nodes.push(h("br"));
  });
  flush();
  return nodes;
}

const MARKS = [["*", "strong"], ["_", "em"], ["~", "s"]];

/** Nodes for one line: code first, then tokens in angle brackets, then emphasis, then emoji. */
function inline(text) {
  const code = text.match(/`([^`\n]+)`/);
  if (code) return [...inline(text.slice(0, code.index)), h("code", {}, unescape(plainTokens(code[1]))), ...inline(text.slice(code.index + code[0].length))];
  const first = MARKS.map(([mark, tag]) => [emphasis(text, mark), tag]).filter(([at]) => at).sort(([a], [b]) => a.start - b.start)[0];
  if (first) {
    const [at, tag] = first;
    return [...inline(text.slice(0, at.start)), h(tag, {}, inline(at.inside)), ...inline(text.slice(at.end))];
  }
  const token = text.match(/<([^<>\n]+)>/);
  if (token) return [...emojiAndText(unescape(text.slice(0, token.index))), tokenNode(token[1]), ...inline(text.slice(token.index + token[0].length))];
  return emojiAndText(unescape(text));
}

/** Where `mark` first emphasises something: marks count only where a word begins and ends. */
function emphasis(text, mark) {
  const found = text.match(new RegExp(`(^|[^\\p{L}\\p{N}${mark}])[${mark}](?![\\s${mark}])([^\\n]*?[^\\s${mark}])[${mark}](?=$|[^\\p{L}\\p{N}${mark}])`, "u"));
  if (!found || !balanced(found[2]) || !balanced(text.slice(0, found.index))) return null;
  return { start: found.index + found[1].length, inside: found[2], end: found.index + found[0].length };
}

// Emphasis must not start or end inside a link or a mention.
const balanced = (text) => (text.match(/</g) ?? []).length === (text.match(/>/g) ?? []).length;

function tokenNode(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return dateToken(target, label);
  if (target.startsWith("!")) return h("span.mention.loud", {}, `@${label.replace(/^@/, "") || target.slice(1).split("^")[0]}`);
  return link(unescape(target), label);
}

export function mention(userId, label = "") {
  return h("span.mention", { class: userId === store.me?.id ? "me" : "" }, `@${store.users.has(userId) ? nameOf(userId) : label || userId}`);
}

export function channelLink(channelId, label = "") {
  const channel = store.channels.get(channelId);
  if (!channel) return h("span.mention", {}, `#${label || "private channel"}`);
  return h("a.mention", { href: `#${channelId}` }, `#${channel.name}`);
}

/** A link; only web and mail addresses become one. Permalinks of this workspace stay in the page. */
export function link(href, label) {
  let url;
  try {
    url = new URL(href, location.href);
  } catch {
    return document.createTextNode(label || href);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return document.createTextNode(label || href);
  const here = toPlace(url);
  if (here) return h("a", { href: here }, label || href);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, label || href);
}

function emojiAndText(text) {
  return text.split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/g).filter(Boolean).map((part) => {
    if (/^:[^:\s]+.*:$/.test(part) && part.length > 2) return emoji(part.slice(1, -1));
    return document.createTextNode(part);
  });
}
