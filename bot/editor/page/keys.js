// Keyboard shortcuts of the whole page, and the list of them.

import { $, h, icon } from "./dom.js";
import { t } from "./texts.js";

/** Keys, and what they do. */
const LIST = [
  [["B E R L W V"], t("page-keys-tools")], [["[ ]"], t("page-keys-size")],
  [[t("page-key-arrows")], t("page-keys-arrows")], [[t("page-key-space")], t("page-keys-space")],
  [["+ − 0 1"], t("page-keys-zoom")], [[t("page-key-undo"), t("page-key-redo")], t("page-keys-undo")], [["A", "I", t("page-key-delete")], t("page-keys-select")],
  [["H"], t("page-keys-peek")], [[t("page-key-send")], t("page-keys-send")], [["?"], t("page-keys-list")],
];

export function keys(room, hands, tools) {
  const dialog = $("keys");
  dialog.append(
    h("div.dialog-head", {}, h("h2", { id: "keys-title" }, t("page-keys")), h("button.button", { type: "button", onclick: () => dialog.close() }, t("page-keys-close"))),
    h("dl", {}, LIST.map(([keys, what]) => h("div", {}, h("dt", {}, keys.map((one) => h("kbd", {}, one))), h("dd", {}, what)))),
    h("p.muted.small", {}, t("page-keys-more")),
  );
  $("help").addEventListener("click", () => { $("menu").hidePopover(); dialog.showModal(); });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("textarea, input:not([type=range], [type=checkbox]), select, dialog");
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === "z" && !typing) { event.preventDefault(); if (event.shiftKey) room.redo(); else room.undo(); return; }
    if (control && event.key.toLowerCase() === "y" && !typing) { event.preventDefault(); room.redo(); return; }
    if (typing || control || event.altKey || !room.base) return;
    const act = {
      b: () => tools.choose("brush"), e: () => tools.choose("eraser"), r: () => tools.choose("rectangle"), l: () => tools.choose("lasso"), w: () => tools.choose("wand"), v: () => tools.choose("hand"),
      "[": () => tools.resize(1 / 1.25), "]": () => tools.resize(1.25), "+": () => room.stage.zoom(1.25), "=": () => room.stage.zoom(1.25), "-": () => room.stage.zoom(0.8), 0: () => room.stage.fit(),
      1: () => room.stage.zoom(room.stage.ratio / room.stage.view.scale), a: () => room.apply((mask) => mask.fill(255)), i: () => room.apply((mask) => mask.invert()), Delete: () => room.apply((mask) => mask.fill(0)),
      Backspace: () => room.apply((mask) => mask.fill(0)), h: () => tools.peek(), "?": () => dialog.showModal(),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) { event.preventDefault(); act(); return; }
    if (event.key === " " && event.target === document.body) { event.preventDefault(); hands.spaced = true; }
  });
  addEventListener("keyup", (event) => { if (event.key === " ") hands.spaced = false; });
}
