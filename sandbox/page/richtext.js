// The rich_text block: sections, lists, quotes and code with their styles.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, link, mention } from "./mrkdwn.js";

/** Nodes for a rich_text block. */
export const richText = (block) => (block.elements ?? []).map(outer);

function outer(part) {
  if (part.type === "rich_text_list") return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}` }, part.elements.map((one) => h("li", {}, inner(one))));
  if (part.type === "rich_text_quote") return h("blockquote", {}, inner(part));
  if (part.type === "rich_text_preformatted") return h("pre.code-block", {}, inner(part));
  return h("div", {}, inner(part));
}

const inner = (part) => (part.elements ?? []).map((one) => styled(leaf(one), one.style));

function leaf(one) {
  if (one.type === "link") return link(one.url, one.text);
  if (one.type === "emoji") return emoji(one.name);
  if (one.type === "user") return mention(one.user_id);
  if (one.type === "channel") return channelLink(one.channel_id);
  if (one.type === "broadcast") return h("span.mention.loud", {}, `@${one.range}`);
  const lines = String(one.text ?? "").split("\n");
  return h("span", {}, lines.flatMap((line, index) => (index ? [h("br"), line] : [line])));
}

function styled(node, style = {}) {
  const tags = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];
  return tags.reduce((inside, [key, tag]) => (style?.[key] ? h(tag, {}, inside) : inside), node);
}
