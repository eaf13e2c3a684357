// Block Kit as DOM: one function for each kind of block. What a click does is the caller's `act`.

import { element, isTicked, readValue } from "./elements.js";
import { h, iconButton } from "./dom.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { addressOf, picture } from "./pictures.js";
import { richText } from "./richtext.js";
import { store } from "./state.js";

const KINDS = { header, section, context, divider, image, actions, input, rich_text: richTextBlock, markdown, card, carousel, context_actions: contextActions };

/**
 * Blocks as nodes. `act(block, element, state)` is called when someone uses an element, and returns a promise.
 * `values` (block_id → {action_id: state}) are what was entered before; `users` are not needed here.
 */
export function renderBlocks(blocks, { act, values = {}, where = "message" }) {
  return blocks.map((block) => {
    const render = KINDS[block.type];
    const node = render ? render(block, { act, values: values[block.block_id] ?? {}, where }) : unknown(block);
    node.dataset.block = block.block_id ?? "";
    return node;
  });
}

function header(block) {
  return h("h3.block.block-header", {}, textObject(block.text));
}

function divider() {
  return h("hr.block.block-divider");
}

function section(block, room) {
  const accessory = block.accessory && part(block, block.accessory, room);
  return h("div.block.block-section", { class: accessory ? "with-accessory" : "" },
    h("div.section-body", {},
      block.text ? h("div.text", {}, textObject(block.text)) : null,
      block.fields ? h("div.fields", {}, block.fields.map((field) => h("div.field.text", {}, textObject(field)))) : null),
    accessory ? h("div.accessory", {}, accessory) : null);
}

function part(block, given, room) {
  if (given.type === "image") return h("img.accessory-picture", { src: addressOf(given), alt: given.alt_text ?? "", width: "88", height: "88" });
  return element(given, { value: room.values[given.action_id], where: room.where, act: (state) => room.act(block, given, state) });
}

function context(block) {
  return h("div.block.block-context", {}, (block.elements ?? []).map((one) =>
    one.type === "image" ? h("img.context-picture", { src: addressOf(one), alt: one.alt_text ?? "", width: "20", height: "20" }) : h("span.text", {}, textObject(one))));
}

function image(block) {
  return h("figure.block.block-image", {},
    block.title ? h("figcaption", {}, textObject(block.title)) : null,
    picture({ src: addressOf(block), alt: block.alt_text, title: block.title?.text ?? "", width: block.image_width, height: block.image_height }));
}

function actions(block, room) {
  return h("div.block.block-actions", {}, (block.elements ?? []).map((one) => part(block, one, room)));
}

function contextActions(block, room) {
  return h("div.block.block-context-actions", {}, block.elements.filter((one) => !one.visible_to_user_ids || one.visible_to_user_ids.includes(store.me.id)).map((one) => part(block, one, room)));
}

function card(block, room) {
  const told = [["title", "b.card-title"], ["subtitle", "span.card-subtitle"], ["body", "div.card-body"]]
    .map(([name, as]) => block[name] && h(as, {}, textObject(block[name])));
  return h("article.block.card", {},
    block.hero_image ? picture({ src: addressOf(block.hero_image), alt: block.hero_image.alt_text, whole: false }) : null,
    told.some(Boolean) || block.icon ? h("div.card-text", {},
      block.icon ? h("img.card-icon", { src: addressOf(block.icon), alt: block.icon.alt_text ?? "", width: "36", height: "36" }) : null,
      h("div", {}, told)) : null,
    block.actions ? h("div.card-actions", {}, block.actions.map((one) => part(block, one, room))) : null);
}

/** Cards side by side: swiped on a phone, stepped through with two buttons where a mouse is. */
function carousel(block, room) {
  const rail = h("div.carousel-rail", { role: "list", tabindex: "0", "aria-label": `${block.elements.length} cards` },
    block.elements.map((one) => {
      const node = card(one, room);
      node.dataset.block = one.block_id ?? "";
      node.setAttribute("role", "listitem");
      return node;
    }));
  const step = (name, label, by) => iconButton(name, label, () => rail.scrollBy({ left: by * rail.clientWidth * .8, behavior: "smooth" }), { class: `carousel-${name}` });
  const steps = [step("left", "Earlier cards", -1), step("right", "Later cards", 1)];
  const look = () => {
    steps[0].hidden = rail.scrollLeft < 4;
    steps[1].hidden = rail.scrollLeft + rail.clientWidth > rail.scrollWidth - 4;
  };
  rail.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(rail);
  return h("div.block.carousel", {}, rail, steps);
}

function input(block, room) {
  const id = `input-${block.block_id}`;
  const field = element(block.element, {
    id, value: room.values[block.element.action_id], required: !block.optional, describedBy: `${id}-hint ${id}-error`,
    act: (state) => block.dispatch_action && room.act(block, block.element, state),
  });
  const label = [textObject(block.label), block.optional ? h("span.optional", {}, " (optional)") : null];
  const around = isTicked(block.element) ? h("fieldset.block.block-input", { "aria-describedby": `${id}-hint ${id}-error` }, h("legend", {}, label)) : h("div.block.block-input", {}, h("label", { for: id }, label));
  around.append(field, h("p.input-hint", { id: `${id}-hint`, hidden: !block.hint }, block.hint ? textObject(block.hint) : null),
    h("p.input-error", { id: `${id}-error`, hidden: true }));
  around.dataset.action = block.element.action_id;
  around.readState = () => readValue(field, block.element);
  around.ready = () => field.ready;
  return around;
}

function richTextBlock(block) {
  return h("div.block.text", {}, richText(block));
}

function markdown(block) {
  return h("div.block.text", {}, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*")));
}

function unknown(block) {
  return h("div.block.block-context", {}, h("em", {}, `This page cannot show a ${block.type} block.`));
}
