// Keyboard shortcuts of the whole page, and the list of them.

import { $, h, icon } from "./dom.js";

const LIST = [
  ["B E R L W V", "brush, eraser, rectangle, lasso, select like this, move"], ["[ ]", "smaller or larger brush"],
  ["Arrow keys", "move the cursor over the picture; with Shift faster, with Alt the view"], ["Space", "use the tool at the cursor; hold it and drag to move the view"],
  ["+ − 0 1", "zoom in, out, fit, actual pixels"], ["Ctrl Z, Ctrl Shift Z", "undo, redo"], ["A, I, Delete", "select all, invert, select nothing"],
  ["H", "show or hide the selection"], ["Ctrl Enter", "send the fix, from the instruction"], ["?", "this list"],
];

export function keys(room, hands, tools) {
  const dialog = $("keys");
  dialog.append(
    h("div.dialog-head", {}, h("h2", { id: "keys-title" }, "Keyboard"), h("button.button", { type: "button", onclick: () => dialog.close() }, "Close")),
    h("dl", {}, LIST.map(([key, what]) => h("div", {}, h("dt", {}, key.split(", ").map((one) => h("kbd", {}, one))), h("dd", {}, what)))),
    h("p.muted.small", {}, "Wheel or pinch zooms; Shift and wheel, or two fingers, move. Alt turns adding into taking away."),
  );
  $("help").addEventListener("click", () => dialog.showModal());
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
