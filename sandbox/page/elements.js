// Interactive elements of Block Kit: buttons, selects, inputs, boxes. Gives and reads state as Slack spells it.

import { confirmed } from "./confirm.js";
import { fileInput } from "./files.js";
import { fill, h, icon } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { menu } from "./popover.js";
import { attempt } from "./toast.js";
import { nameOf, store } from "./state.js";

/** An element as a node. `act(state)` runs when it is used; `value` is its state so far. */
export function element(given, room) {
  const make = { button, overflow, icon_button: iconOnly, feedback_buttons: feedback, static_select: select, external_select: select, multi_static_select: picks, users_select: select, multi_users_select: picks,
    conversations_select: select, channels_select: select, plain_text_input: textInput, number_input: textInput, email_text_input: textInput,
    url_text_input: textInput, file_input: fileInput, checkboxes: boxes, radio_buttons: boxes, datepicker: textInput, timepicker: textInput }[given.type];
  return make ? make(given, room) : h("em.unsupported", {}, `This page cannot show a ${given.type}.`);
}

/** Whether it is a group of boxes, each with a label of its own. */
export const isTicked = (given) => ["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select"].includes(given.type);

const base = (given) => ({ type: given.type });

async function used(node, given, room, state) {
  if (given.confirm && !(await confirmed(given.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  await attempt(() => room.act(state));
  node.removeAttribute("aria-busy");
  return true;
}

function button(given, room) {
  const props = { type: "button", class: given.style ?? "", "aria-label": given.accessibility_label, data: { actionId: given.action_id ?? "" } };
  const node = given.url
    ? h("a.button", { ...props, type: null, href: /^https?:/.test(given.url) ? given.url : "#", target: "_blank", rel: "noopener noreferrer" }, textObject(given.text))
    : h("button.button", props, textObject(given.text));
  node.addEventListener("click", () => node.getAttribute("aria-busy") || used(node, given, room, { ...base(given), value: given.value }));
  return node;
}

function iconOnly(given, room) {
  const label = given.accessibility_label ?? plainLabel(given.text.text);
  const node = h("button.icon-button", { type: "button", "aria-label": label, title: plainLabel(given.text.text), data: { actionId: given.action_id ?? "" } }, icon(given.icon, 18));
  node.addEventListener("click", () => node.getAttribute("aria-busy") || used(node, given, room, { ...base(given), value: given.value }));
  return node;
}

/** Two thumbs, of which a person's latest stays marked. */
function feedback(given, room) {
  const buttons = ["positive_button", "negative_button"].map((side) => {
    const one = given[side];
    const label = one.accessibility_label ?? plainLabel(one.text.text);
    const node = h("button.icon-button", { type: "button", "aria-label": label, "aria-pressed": "false", title: plainLabel(one.text.text) }, icon(side === "positive_button" ? "up_thumb" : "down_thumb", 18));
    node.addEventListener("click", async () => {
      if (node.getAttribute("aria-busy") || !(await used(node, given, room, { ...base(given), value: one.value }))) return;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === node));
    });
    return node;
  });
  return h("span.feedback", { role: "group", data: { actionId: given.action_id ?? "" } }, buttons);
}

function overflow(given, room) {
  const node = h("button.button.icon-only", { type: "button", "aria-label": "More actions", "aria-haspopup": "menu", data: { actionId: given.action_id ?? "" } }, icon("more"));
  node.addEventListener("click", () =>
    menu(node, given.options.map((option) => ({
      label: option.text.text, detail: option.description?.text,
      onpick: () => (option.url && /^https?:/.test(option.url) && open(option.url, "_blank", "noopener"), used(node, given, room, { ...base(given), selected_option: option })),
    })), "More actions"));
  return node;
}

/** What a select offers: [value, label, group, the object or id to send]. */
function choices(given) {
  if (["users_select", "multi_users_select"].includes(given.type)) return [...store.users.values()].map((user) => [user.id, nameOf(user.id), "", user.id]);
  if (["conversations_select", "channels_select"].includes(given.type)) return [...store.channels.values()].filter((c) => c.name).map((c) => [c.id, `#${c.name}`, "", c.id]);
  const groups = given.option_groups ?? [{ label: { text: "" }, options: given.options ?? [] }];
  return groups.flatMap((group) => group.options.map((option) => [option.value, option.text.text, group.label?.text ?? "", option]));
}

const SELECT_KEYS = { users_select: "selected_user", multi_users_select: "selected_users", conversations_select: "selected_conversation", channels_select: "selected_channel", multi_static_select: "selected_options" };
const selectKey = (given) => SELECT_KEYS[given.type] ?? "selected_option";

/** What is chosen so far, as values. */
function chosenOf(given, room) {
  const before = room.value?.[selectKey(given)] ?? given.initial_option ?? given.initial_options ?? given.initial_user ?? given.initial_users ?? given.initial_channel ?? given.initial_conversation;
  return new Set([before].flat().filter(Boolean).map((one) => one.value ?? one));
}

const placeholder = (given) => given.placeholder?.text ?? "Choose…";
const labelled = (text) => textObject({ text });
const plainLabel = (text) => labelled(text).map((node) => node.textContent).join("");

function select(given, room) {
  if (room.where === "message") return choiceMenu(given, room);
  const chosen = chosenOf(given, room);
  const node = h("select", { id: room.id, "aria-label": room.id ? null : plainLabel(placeholder(given)), "aria-describedby": room.describedBy, data: { actionId: given.action_id ?? "" } });
  node.append(h("option", { value: "" }, plainLabel(placeholder(given))));
  const groups = new Map();
  for (const [value, label, group] of choices(given)) {
    let into = node;
    if (group) {
      if (!groups.has(group)) groups.set(group, node.appendChild(h("optgroup", { label: group })));
      into = groups.get(group);
    }
    into.append(h("option", { value, selected: chosen.has(value) }, plainLabel(label)));
  }
  const around = h("span.select", {}, node);
  node.addEventListener("change", () => used(node, given, room, readValue(around, given)));
  return around;
}

/** A message's select: each choice is sent at once, so it is a menu whose items can be chosen again and again. */
function choiceMenu(given, room) {
  const offered = choices(given);
  const [first] = chosenOf(given, room);
  const shown = h("span", {});
  const show = (value) => fill(shown, labelled(offered.find((choice) => choice[0] === value)?.[1] ?? placeholder(given)));
  const node = h("button.button", { type: "button", "aria-haspopup": "menu", data: { actionId: given.action_id ?? "" } }, shown, icon("down", 16));
  const send = async (value, picked) => {
    // One that began with a choice shows the latest; one that began without is ready for the next.
    if ((await used(node, given, room, { ...base(given), [selectKey(given)]: picked })) && first) show(value);
  };
  node.addEventListener("click", () => {
    const items = offered.flatMap(([value, label, group, picked], index) => [
      group && group !== offered[index - 1]?.[2] ? { title: labelled(group) } : null,
      { label: labelled(label), detail: picked.description?.text, onpick: () => send(value, picked) },
    ]);
    menu(node, items.filter(Boolean), plainLabel(placeholder(given)));
  });
  show(first);
  return node;
}

/** What a multi-select offers, as boxes that are ticked one after another. */
function picks(given, room) {
  const chosen = chosenOf(given, room);
  const most = given.max_selected_items ?? Infinity;
  const offered = choices(given);
  const boxes = [];
  const node = h(room.id ? "div.picks" : "fieldset.picks", { data: { actionId: given.action_id ?? "" } }, room.id ? null : h("legend", {}, labelled(placeholder(given))));
  offered.forEach(([value, label, group], index) => {
    const box = h("input", { type: "checkbox", id: room.id && `${room.id}-${value}`, value, checked: chosen.has(value) });
    boxes.push(box);
    if (group && group !== offered[index - 1]?.[2]) node.append(h("p.picks-title", {}, labelled(group)));
    node.append(h("label.pick", {}, box, h("span", {}, labelled(label))));
  });
  const limit = () => {
    const full = boxes.filter((box) => box.checked).length >= most;
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  node.addEventListener("change", () => {
    limit();
    used(node, given, room, readValue(node, given));
  });
  limit();
  return node;
}

function textInput(given, room) {
  const kinds = { number_input: "text", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };
  const initial = room.value?.value ?? room.value?.selected_date ?? room.value?.selected_time ?? given.initial_value ?? given.initial_date ?? given.initial_time ?? "";
  const props = {
    id: room.id, "aria-describedby": room.describedBy, placeholder: given.placeholder?.text, "aria-label": room.id ? null : (given.placeholder?.text ?? "Value"),
    "aria-required": room.required ? "true" : null, autocomplete: "off", maxlength: given.max_length ? String(given.max_length) : null, data: { actionId: given.action_id ?? "" },
  };
  const node = given.multiline ? h("textarea", { ...props, rows: "4" }) : h("input", { ...props, type: kinds[given.type] ?? "text", inputmode: given.type === "number_input" ? "decimal" : null });
  node.value = initial;
  if (given.focus_on_load) node.autofocus = true;
  node.addEventListener("change", () => given.type !== "plain_text_input" && used(node, given, room, readValue(node, given)));
  return node;
}

function boxes(given, room) {
  const one = given.type === "radio_buttons";
  const before = one ? [room.value?.selected_option ?? given.initial_option] : (room.value?.selected_options ?? given.initial_options ?? []);
  const chosen = new Set(before.filter(Boolean).map((option) => option.value));
  const name = `${room.id ?? "choice"}-${given.action_id}-${Math.random().toString(36).slice(2, 7)}`;
  const node = h("div.choices", { data: { actionId: given.action_id ?? "" } }, given.options.map((option) => h("label.choice", {},
    h("input", { type: one ? "radio" : "checkbox", name, value: option.value, checked: chosen.has(option.value) }),
    h("span", {}, textObject(option.text), option.description ? h("small", {}, textObject(option.description)) : null))));
  node.addEventListener("change", () => used(node, given, room, readValue(node, given)));
  return node;
}

const ticked = (node) => [...node.querySelectorAll("input:checked")].map((box) => box.value);

/** What an element's node holds now, as Slack's state object. */
export function readValue(node, given) {
  const find = (values) => choices(given).filter(([value]) => values.includes(value)).map((choice) => choice[3]);
  if (given.type === "file_input") return { ...base(given), files: node.files };
  if (["checkboxes", "radio_buttons"].includes(given.type)) {
    const values = ticked(node);
    const found = given.options.filter((option) => values.includes(option.value));
    return given.type === "checkboxes" ? { ...base(given), selected_options: found } : { ...base(given), selected_option: found[0] ?? null };
  }
  if (given.type.includes("select")) {
    const many = isTicked(given);
    const found = find(many ? ticked(node) : [node.querySelector("select").value]);
    return { ...base(given), [selectKey(given)]: many ? found : (found[0] ?? null) };
  }
  const key = { datepicker: "selected_date", timepicker: "selected_time" }[given.type] ?? "value";
  return { ...base(given), [key]: node.value === "" ? null : node.value };
}
