// The strip of tools and, above the picture, the options of the chosen one.

import { $, h, icon } from "./dom.js";
import { t } from "./texts.js";
import { TOOLS } from "./tools.js";

export class Toolbar {
  constructor(room, hands) {
    this.room = room;
    this.hands = hands;
    this.buttons = new Map(TOOLS.map(([name, label, key, short]) => [name,
      h("button.tool", { type: "button", role: "radio", "aria-checked": "false", "aria-label": label, title: `${label} (${key})`, onclick: () => this.choose(name) }, icon(name === "wand" ? "wand" : name, 22), h("span", { "aria-hidden": "true" }, short ?? label))]));
    $("tools").append(...this.buttons.values());
    $("tools").addEventListener("keydown", (event) => this.#arrows(event));
    this.#options();
    room.addEventListener("busy", () => this.refresh());
    room.history.onchange = () => this.refresh();
    $("undo").addEventListener("click", () => room.undo());
    $("redo").addEventListener("click", () => room.redo());
    $("peek").addEventListener("click", () => this.peek());
    this.choose("brush");
  }

  #arrows(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = [...this.buttons.keys()], next = names[(names.indexOf(this.hands.tool) + step + names.length) % names.length];
    this.choose(next);
    this.buttons.get(next).focus();
  }

  #options() {
    const { room, hands } = this;
    this.size = h("input", { type: "range", id: "size", min: 1, max: 100, value: 40, oninput: () => { hands.size = this.#real(Number(this.size.value)); this.refresh(); } });
    this.sizeField = h("label.option.for-size", {}, h("span", {}, t("page-size")), this.size, this.sizeTold = h("output", {}));
    this.tolerance = h("input", { type: "range", id: "tolerance", min: 0, max: 100, value: hands.tolerance, oninput: () => { hands.tolerance = Number(this.tolerance.value); } });
    this.toleranceField = h("label.option", {}, h("span", {}, t("page-tolerance")), this.tolerance);
    this.joined = h("input", { type: "checkbox", checked: true, onchange: () => { hands.joined = this.joined.checked; } });
    this.joinedField = h("label.option", {}, this.joined, h("span", {}, t("page-joined")));
    this.take = h("button.chip", { type: "button", "aria-pressed": "false", title: t("page-take-hint"), onclick: () => { hands.take = !hands.take; this.refresh(); } }, t("page-take"));
    const act = (label, title, change) => h("button.chip", { type: "button", title, onclick: () => room.apply(change) }, label);
    const edge = () => Math.max(1, Math.round(Math.min(room.stage.size.width, room.stage.size.height) * 0.012));
    this.acts = h("div.acts", { role: "group", "aria-label": t("page-acts") },
      act(t("page-all"), t("page-all-hint"), (mask) => mask.fill(255)), act(t("page-invert"), t("page-invert-hint"), (mask) => mask.invert()),
      act(t("page-grow"), t("page-grow-hint"), (mask) => mask.grow(edge())), act(t("page-shrink"), t("page-shrink-hint"), (mask) => mask.shrink(edge())),
      act(t("page-feather"), t("page-feather-hint"), (mask) => mask.feather(2 * edge())), act(t("page-clear"), t("page-clear-hint"), (mask) => mask.fill(0)));
    $("options").append(this.sizeField, this.toleranceField, this.joinedField, this.take, this.acts);
  }

  /** The slider is finer where brushes are small. */
  #real(position) { return Math.max(1, Math.round((position / 100) ** 2 * Math.max(this.room.stage.size.width, this.room.stage.size.height) * 0.4)); }
  #position(size) { return Math.sqrt(size / (Math.max(this.room.stage.size.width, this.room.stage.size.height) * 0.4)) * 100; }

  choose(name) {
    this.hands.tool = name;
    for (const [one, button] of this.buttons) {
      button.setAttribute("aria-checked", String(one === name));
      button.tabIndex = one === name ? 0 : -1;
    }
    this.refresh();
  }

  resize(factor) {
    const most = Math.max(this.room.stage.size.width, this.room.stage.size.height) * 0.4;
    this.hands.size = Math.min(most, Math.max(1, factor > 1 ? Math.max(this.hands.size + 1, this.hands.size * factor) : this.hands.size * factor));
    this.refresh();
  }

  peek() {
    this.room.stage.peek = !this.room.stage.peek;
    $("peek").setAttribute("aria-pressed", String(this.room.stage.peek));
    this.room.stage.draw();
  }

  refresh() {
    const { hands, room } = this, locked = room.locked();
    this.sizeField.hidden = !["brush", "eraser"].includes(hands.tool);
    this.toleranceField.hidden = this.joinedField.hidden = hands.tool !== "wand";
    this.take.hidden = !["rectangle", "lasso", "wand"].includes(hands.tool);
    this.take.setAttribute("aria-pressed", String(hands.take));
    this.size.value = this.#position(hands.size);
    this.size.setAttribute("aria-valuetext", t("page-size-told", { number: Math.round(hands.size) }));
    this.sizeTold.textContent = t("page-size-short", { number: Math.round(hands.size) });
    $("options").inert = locked;
    $("undo").disabled = locked || !room.history.done.length;
    $("redo").disabled = locked || !room.history.undone.length;
    room.stage.canvas.dataset.tool = locked ? "hand" : hands.tool;
    room.stage.draw();
  }
}
