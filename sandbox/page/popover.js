// Small layers beside a control: menus and the emoji picker. They close on Escape and on a click elsewhere.

import { h } from "./dom.js";

let current = null;

/** Close what is open. */
export function closePopover() {
  current?.close();
}

/** Show `content` beside `anchor`. Returns {close}. On phones it becomes a sheet at the bottom. */
export function popover(anchor, content, { label, className = "", onclose } = {}) {
  closePopover();
  const layer = h("div.popover", { class: className, popover: "manual", tabindex: "-1" }, content);
  if (label) layer.setAttribute("aria-label", label);
  // A modal dialog makes everything outside it inert, so a layer opened from one lives inside it.
  (anchor.closest("dialog") ?? document.body).append(layer);
  layer.showPopover();
  place(layer, anchor);
  anchor.setAttribute("aria-expanded", "true");
  anchor.closest(".message")?.classList.add("busy");

  const outside = (event) => {
    if (!layer.contains(event.target) && !anchor.contains(event.target)) handle.close(false);
  };
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    handle.close();
  };
  const again = () => place(layer, anchor);
  const handle = {
    close(focusBack = true) {
      if (current !== handle) return;
      current = null;
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("keydown", keys, true);
      removeEventListener("resize", again);
      layer.remove();
      anchor.setAttribute("aria-expanded", "false");
      anchor.closest(".message")?.classList.remove("busy");
      if (focusBack) anchor.focus({ preventScroll: true });
      onclose?.();
    },
  };
  current = handle;
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", keys, true);
  addEventListener("resize", again);
  return handle;
}

function place(layer, anchor) {
  if (matchMedia("(max-width: 640px)").matches) {
    layer.classList.add("sheet");
    return;
  }
  layer.classList.remove("sheet");
  const at = anchor.getBoundingClientRect();
  const { width, height } = layer.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.right - width, innerWidth - width - 8));
  const below = at.bottom + 6;
  const above = at.top - height - 6;
  const top = below + height < innerHeight - 8 ? below : above > 8 ? above : Math.max(8, innerHeight - height - 8);
  layer.style.left = `${at.left < innerWidth / 3 ? Math.max(8, at.left) : left}px`;
  layer.style.top = `${top}px`;
}

/** A menu of choices: [{label, detail?, icon?, checked?, danger?, onpick}] with "-" as a divider. */
export function menu(anchor, items, label) {
  const buttons = [];
  const content = h("div.menu", { role: "menu", "aria-label": label }, items.map((item) => {
    if (item === "-") return h("hr", { role: "separator" });
    if (item.title) return h("p.menu-title", {}, item.title);
    const checkable = item.checked !== undefined;
    const button = h("button.menu-item", {
      type: "button", role: checkable ? "menuitemradio" : "menuitem", "aria-checked": checkable ? String(item.checked) : null, class: item.danger ? "danger" : "",
      onclick: () => {
        layer.close();
        item.onpick();
      },
    }, item.icon, h("span.menu-label", {}, item.label, item.detail ? h("small", {}, item.detail) : null), item.checked ? h("span.tick", { "aria-hidden": "true" }, "✓") : null);
    buttons.push(button);
    return button;
  }));
  const layer = popover(anchor, content, { className: "menu-layer" });
  content.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Tab") layer.close();
    if (!step) return;
    event.preventDefault();
    const now = buttons.indexOf(document.activeElement);
    buttons[(now + step + buttons.length) % buttons.length].focus();
  });
  (buttons.find((button) => button.getAttribute("aria-checked") === "true") ?? buttons[0])?.focus();
  return layer;
}
