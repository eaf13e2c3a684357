// The panel of adjustments without a model: seen at once, free, saved as a version of its own.

import { $, h, icon, toast } from "./dom.js";
import { NEUTRAL, SLIDERS, adjusted, isNeutral } from "./adjust.js";
import { api, maskBlob } from "./api.js";
import { t } from "./texts.js";

export class AdjustPanel {
  constructor(room) {
    this.room = room;
    this.values = { ...NEUTRAL };
    this.build($("panel-adjust"));
    room.addEventListener("base", () => this.reset());
    room.addEventListener("selection", () => this.refresh());
    room.addEventListener("busy", () => this.refresh());
  }

  build(panel) {
    this.scope = h("p.scope");
    this.sliders = SLIDERS.map(({ name, label, least, most, step, told }) => {
      const value = h("output", { for: `adjust-${name}` }, "0");
      const range = h("input", { id: `adjust-${name}`, type: "range", min: least, max: most, step, value: 0, oninput: () => this.set(name, Number(range.value)), ondblclick: () => this.set(name, 0) });
      return { name, told, range, value, node: h("div.slider", {}, h("label", { for: `adjust-${name}` }, t(label)), value, range) };
    });
    this.save = h("button.button.primary.large", { id: "save", type: "button", onclick: () => this.keep() }, icon("check", 18), t("page-save"));
    this.clear = h("button.button", { type: "button", onclick: () => this.reset() }, t("page-reset"));
    panel.append(h("div.form", {}, this.scope, ...this.sliders.map((one) => one.node), h("div.pay", {}, h("p.cost", {}, h("strong", {}, t("page-free")), ` · ${t("page-free-why")}`), h("div.choices", {}, this.save, this.clear))));
  }

  set(name, value) {
    this.values[name] = value;
    this.refresh();
  }

  reset() {
    this.values = { ...NEUTRAL };
    this.refresh();
  }

  refresh() {
    for (const { name, told, range, value } of this.sliders) {
      range.value = this.values[name];
      const number = `${this.values[name] > 0 ? "+" : ""}${Number(this.values[name].toFixed(2))}`;
      const shown = told ? t(told, { value: number }) : number;
      value.textContent = shown;
      range.setAttribute("aria-valuetext", shown);
    }
    const neutral = isNeutral(this.values);
    this.save.classList.toggle("lacking", neutral || this.room.locked());
    if (!this.room.base) return;
    const mask = this.room.union();
    this.scope.textContent = mask ? t("page-scope-selection", { number: Math.max(1, Math.round(mask.share() * 100)) }) : t("page-scope-whole");
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#show(neutral, mask));
  }

  #show(neutral, mask) {
    const { stage } = this.room;
    if (neutral) { if (stage.shown) { stage.shown = null; stage.draw(); } return; }
    const { width, height } = stage.size;
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d").putImageData(new ImageData(adjusted(this.room.pixels(), mask?.data ?? null, this.values), width, height), 0, 0);
    stage.shown = canvas;
    stage.draw();
  }

  async keep() {
    if (this.room.locked()) return;
    if (isNeutral(this.values)) { toast(t("page-move-first"), true); return; }
    this.room.hold(t("page-busy-adjustment"));
    const mask = this.room.union();
    try {
      const { version } = await api.adjust({ version: this.room.base.id, key: crypto.randomUUID?.() ?? String(Math.random()).slice(2), values: this.values }, mask ? [await maskBlob(mask)] : []);
      await this.room.refresh();
      this.room.hold(null);
      await this.room.open(version, true);
      toast(t("page-saved"));
    } catch (problem) {
      this.room.hold(null);
      toast(problem.message, true);
    }
  }
}
