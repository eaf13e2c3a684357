// The bot's modals: shows the view that is on top, sends what was entered, marks what is wrong.

import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { fill, h, iconButton } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { sentence } from "./toast.js";

let dialog = null;
let view = null;
let cameFrom = null;

/** Show a view, or take over a newer version of it; what was typed stays where the inputs stay. */
export function showView(next) {
  if (!next || next.type !== "modal") return;
  // The same view told again, as after a reconnect: what is being typed or uploaded stays untouched.
  if (dialog && view?.id === next.id && view.hash === next.hash) return;
  const typed = view?.id === next.id ? entered() : (next.state?.values ?? {});
  const focusedId = view?.id === next.id ? document.activeElement?.id : null;
  view = next;
  if (!dialog) {
    cameFrom = document.activeElement;
    dialog = h("dialog.sheet-dialog.modal", { "aria-labelledby": "modal-title" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      dismiss();
    });
    document.body.append(dialog);
  }
  const act = (block, given, state) => api.action({ view_id: view.id, block_id: block.block_id, action_id: given.action_id, ...state });
  const submit = h("button.button.primary", { type: "submit" }, textObject(view.submit ?? { text: "Submit" }));
  const form = h("form", { novalidate: true, onsubmit: (event) => (event.preventDefault(), send(submit)) },
    h("div.dialog-head", {}, h("h2", { id: "modal-title" }, textObject(view.title)), iconButton("close", "Close", dismiss)),
    h("div.dialog-body", {}, renderBlocks(view.blocks ?? [], { act, values: typed, where: "modal" })),
    h("p.form-problem", { role: "alert", hidden: true }),
    h("div.dialog-foot", {}, h("button.button", { type: "button", onclick: dismiss }, textObject(view.close ?? { text: "Cancel" })), view.submit || view.blocks?.some((block) => block.type === "input") ? submit : null));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  fill(dialog, form);
  if (!dialog.open) dialog.showModal();
  const first = (focusedId && document.getElementById(focusedId)) || form.querySelector("[autofocus], .dialog-body :is(input, textarea, select, button)");
  first?.focus();
}

/** A view was closed on the server; `next` is what lies below it. */
export function viewClosed(gone, next) {
  if (next) return showView(next);
  if (!gone || !view || gone === view.id || gone === view.root_view_id) drop();
  return undefined;
}

/** Close without telling anybody. */
export function drop() {
  if (!dialog) return;
  const old = dialog;
  dialog = null;
  view = null;
  old.close();
  old.remove();
  cameFrom?.isConnected && cameFrom.focus({ preventScroll: true });
}

async function dismiss() {
  const { id } = view;
  await api.closeView(id).catch(() => {});
  if (view?.id === id && !view.previous_view_id) drop();
}

const inputs = () => [...(dialog?.querySelectorAll(".block-input") ?? [])];

/** block_id → {action_id: state} as entered now. */
function entered() {
  const values = {};
  for (const block of inputs()) values[block.dataset.block] = { [block.dataset.action]: block.readState() };
  return values;
}

async function send(button) {
  const { id } = view;
  mark({});
  problem("");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    await Promise.all(inputs().map((block) => block.ready()));
    if (view?.id !== id) return;
    const answer = await api.submitView(id, entered());
    if (answer.response_action === "errors" || answer.errors) mark(answer.errors ?? {});
    else if (!answer.response_action && view?.id === id && !view.previous_view_id) drop();
    else if (answer.response_action === "clear") drop();
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    problem(sentence(refusal));
  } finally {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

function problem(text) {
  const line = dialog?.querySelector(".form-problem");
  if (!line) return;
  line.textContent = text;
  line.hidden = !text;
}

function mark(errors) {
  let first = null;
  for (const block of inputs()) {
    const text = errors[block.dataset.block];
    const line = block.querySelector(".input-error");
    const field = block.querySelector("input, textarea, select");
    line.textContent = text ?? "";
    line.hidden = !text;
    block.classList.toggle("wrong", Boolean(text));
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    if (text) first ??= field;
  }
  const known = inputs().map((block) => block.dataset.block);
  problem(Object.entries(errors).filter(([block]) => !known.includes(block)).map(([, text]) => text).join(" "));
  first?.focus();
}
