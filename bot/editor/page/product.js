// The panel in which a product is painted: one button takes what is selected for the product. It stands alone.

import { $, h, icon, toast } from "./dom.js";
import { api, maskBlob } from "./api.js";
import { t } from "./texts.js";

export class ProductPanel {
  constructor(room) {
    this.room = room;
    document.querySelector(".panel").classList.add("alone");
    document.querySelector(".tabs").hidden = true;
    const skip = document.querySelector(".skip"), panel = $("panel-fix");
    skip.href = "#use-product";
    skip.textContent = t("page-product-use");
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-labelledby", "product-title");
    this.missing = h("p.missing", { id: "missing" });
    this.button = h("button.button.primary.large", { id: "use-product", type: "button", "aria-describedby": "missing", onclick: () => this.use() }, icon("check", 18), h("span", {}, t("page-product-use")));
    this.used = h("p.proof", { role: "status" });
    panel.append(h("div.form", {}, h("h2", { id: "product-title" }, t("page-product")), h("p.muted.small", {}, t("page-product-hint")), h("div.pay", {}, this.missing, this.button, this.used)));
    room.addEventListener("selection", () => this.refresh());
    room.addEventListener("busy", () => this.refresh());
  }

  /** Go on from where the product was found so far. */
  async begin() {
    const found = await api.product();
    if (found) this.room.select(found);
    this.room.history.clear();
    this.used.hidden = true;
  }

  refresh() {
    const { mask } = this.room.active;
    this.missing.textContent = mask.empty ? t("page-product-none") : "";
    this.button.classList.toggle("lacking", mask.empty);
    this.used.hidden = true;
  }

  async use() {
    const { room } = this;
    if (room.busy) return;
    if (room.active.mask.empty) { toast(t("page-product-none"), true); room.stage.canvas.focus({ preventScroll: true }); return; }
    room.hold(t("page-product-using"));
    try {
      await api.useProduct({ key: crypto.randomUUID?.() ?? String(Math.random()).slice(2) }, await maskBlob(room.active.mask));
      room.hold(null);
      this.used.replaceChildren(icon("check", 16), t("page-product-used"));
      this.used.hidden = false;
    } catch (problem) {
      room.hold(null);
      toast(problem.message, true);
    }
  }
}
