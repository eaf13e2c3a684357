// "Are you sure?", as Block Kit's confirmation objects ask it.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** Ask; resolves to true or false. Escape and a click outside mean no. */
export function confirmed(given) {
  return new Promise((answer) => {
    const dialog = h("dialog.sheet-dialog.small", { "aria-labelledby": "confirm-title" });
    const button = (label, value, kind) => h("button.button", { type: "button", class: kind, onclick: () => dialog.close(value) }, label);
    dialog.append(
      h("h2", { id: "confirm-title" }, textObject(given.title)),
      h("div.text", {}, textObject(given.text)),
      h("div.dialog-foot", {}, button(textObject(given.deny ?? { text: "Cancel" }), "no", ""), button(textObject(given.confirm ?? { text: "Yes" }), "yes", given.style === "danger" ? "danger" : "primary")));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
