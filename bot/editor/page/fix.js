// The panel that asks for a fix: regions, instruction, candidates, cost, progress, and the choice of a result.

import { $, h, icon, toast } from "./dom.js";
import { api, maskBlob } from "./api.js";
import { HUES } from "./overlay.js";
import { Progress } from "./progress.js";
import { t } from "./texts.js";

/** Label, and the words of an instruction, which stay English: the model reads them. */
const SUGGESTIONS = [
  [t("page-replace"), "replace it with "], [t("page-recolour"), "make it "], [t("page-remove"), "remove it"], [t("page-relight"), "relight it with warm evening light"], [t("page-extend"), null],
];
const SIDES = [["left", t("page-extend-left")], ["right", t("page-extend-right")], ["top", t("page-extend-top")], ["bottom", t("page-extend-bottom")]];

export class FixPanel {
  constructor(room, compare) {
    this.room = room;
    this.compare = compare;
    this.candidates = 1;
    this.extend = null; // {left, right, top, bottom} in percent of the picture
    this.build($("panel-fix"));
    room.addEventListener("selection", () => this.refresh());
    room.addEventListener("base", () => { this.extend = null; this.refresh(); });
    room.addEventListener("busy", () => this.refresh());
  }

  build(panel) {
    this.regions = h("div.regions", { role: "group", "aria-label": t("page-regions") });
    this.instruction = h("textarea", { id: "instruction", rows: 3, maxlength: 2000, placeholder: t("page-example"), oninput: () => { this.room.active.instruction = this.instruction.value; this.price(); } });
    this.instruction.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.send(); } });
    this.label = h("label", { for: "instruction" }, t("page-what"));
    this.suggestions = h("div.chips", { role: "group", "aria-label": t("page-suggestions") },
      SUGGESTIONS.map(([name, words]) => h("button.chip", { type: "button", onclick: () => this.suggest(words) }, name)));
    this.sides = h("fieldset.sides", { hidden: true }, h("legend", {}, t("page-extend-canvas")),
      SIDES.map(([name, label]) => h("label.check", {}, h("input", { type: "checkbox", value: name, onchange: () => this.measure() }), label)),
      h("label.field", {}, t("page-extend-by"), h("select", { id: "extend-by", onchange: () => this.measure() }, [25, 50, 100].map((share) => h("option", { value: share }, t("page-percent", { number: share }))))));
    this.count = h("output", { id: "candidates", "aria-live": "polite" }, "1");
    this.stepper = h("div.stepper", { role: "group", "aria-label": t("page-candidates-number") },
      h("span", {}, t("page-candidates")),
      h("button.icon-button", { type: "button", "aria-label": t("page-candidates-fewer"), onclick: () => this.step(-1) }, icon("minus", 16)), this.count,
      h("button.icon-button", { type: "button", "aria-label": t("page-candidates-more"), onclick: () => this.step(1) }, icon("plus", 16)));
    this.cost = h("p.cost", { id: "cost", "aria-live": "polite" });
    this.missing = h("p.missing", { id: "missing" });
    this.button = h("button.button.primary.large", { id: "send", type: "button", "aria-describedby": "missing cost", onclick: () => this.send() }, icon("sparkle", 18), h("span", {}, t("page-send")));
    this.form = h("div.form", {}, this.regions, this.label, this.instruction, this.suggestions, this.sides, this.stepper, h("div.pay", {}, this.cost, this.missing, this.button));
    this.progress = new Progress(this.room);
    this.result = h("div.result", { hidden: true, tabindex: "-1", "aria-label": t("page-result-one"), role: "group" });
    panel.append(this.form, this.progress.node, this.result);
  }

  suggest(words) {
    if (words === null) {
      this.extend = this.extend ? null : { left: 0, right: 25, top: 0, bottom: 0 };
      if (this.extend) for (const box of this.sides.querySelectorAll("input")) box.checked = box.value === "right";
      if (this.extend && !this.instruction.value) { this.instruction.value = "continue the scene"; this.room.active.instruction = this.instruction.value; }
      this.refresh();
      return;
    }
    this.instruction.value = words;
    this.room.active.instruction = words;
    this.instruction.focus();
    this.instruction.setSelectionRange(words.length, words.length);
    this.price();
  }

  measure() {
    const by = Number($("extend-by").value);
    for (const box of this.sides.querySelectorAll("input")) this.extend[box.value] = box.checked ? by : 0;
    this.price();
  }

  step(by) {
    this.candidates = Math.min(this.room.state.limits.candidates, Math.max(1, this.candidates + by));
    this.refresh();
  }

  refresh() {
    const { room } = this;
    if (!room.base) return;
    this.form.inert = Boolean(room.busy);
    const many = room.regions.length > 1 && !this.extend;
    this.regions.replaceChildren(
      ...room.regions.map((region, index) => {
        const share = region.mask.share();
        const button = h("button.region", { type: "button", "aria-pressed": String(region === room.active), onclick: () => { room.choose(region); this.instruction.focus(); } },
          h("i"), t("page-region", { number: index + 1 }), h("span.muted", {}, share ? percent(share) : t("page-region-empty")));
        button.firstChild.style.background = HUES[index % HUES.length];
        return button;
      }),
      room.regions.length < (room.state?.limits.parts ?? 6) ? h("button.region.add", { type: "button", title: t("page-region-add-hint"), onclick: () => { room.addRegion(); this.instruction.focus(); } }, icon("plus", 15), t("page-region-add")) : "",
      many ? h("button.region.add", { type: "button", "aria-label": t("page-region-remove"), title: t("page-region-remove"), onclick: () => room.removeRegion(room.active) }, icon("trash", 15)) : "",
    );
    this.regions.hidden = Boolean(this.extend);
    this.label.textContent = this.extend ? t("page-what-continues") : many ? t("page-what-in-region", { number: room.regions.indexOf(room.active) + 1 }) : t("page-what");
    if (this.instruction.value !== room.active.instruction) this.instruction.value = room.active.instruction;
    this.sides.hidden = !this.extend;
    this.suggestions.lastChild.setAttribute("aria-pressed", String(Boolean(this.extend)));
    this.count.textContent = String(this.candidates);
    this.price();
  }

  /** What will be asked for: the regions that are painted and have words. */
  parts() { return this.extend ? [] : this.room.regions.filter((region) => !region.mask.empty); }

  lacking() {
    if (this.extend) return Object.values(this.extend).some(Boolean) ? (this.instruction.value.trim() ? "" : t("page-lacks-continuation")) : t("page-lacks-side");
    const parts = this.parts();
    if (!parts.length) return t("page-lacks-paint");
    const silent = parts.find((region) => !region.instruction.trim());
    return silent ? (parts.length > 1 ? t("page-lacks-instruction-in-region", { number: this.room.regions.indexOf(silent) + 1 }) : t("page-lacks-instruction")) : "";
  }

  price() {
    const lacking = this.lacking();
    this.missing.textContent = lacking;
    this.button.classList.toggle("lacking", Boolean(lacking));
    clearTimeout(this.asking);
    this.asking = setTimeout(async () => {
      try {
        const parts = this.parts(), said = (parts.length ? parts : [this.room.active]).map((region) => region.instruction.trim());
        const told = await api.cost(this.room.base.id, this.candidates, Math.max(1, parts.length), this.extend ?? {}, this.extend ? [] : said);
        this.cost.replaceChildren(h("strong", {}, told.cost ? t("page-cost", { cost: told.cost }) : t("page-cost-free")), ` · ${told.left}`);
        this.cost.classList.toggle("short", !told.fits);
      } catch (problem) { this.cost.textContent = problem.message; }
    }, 120);
  }

  async send() {
    const lacking = this.lacking();
    if (this.room.busy) return;
    if (lacking) { toast(lacking, true); (this.parts().length || this.extend ? this.instruction : this.room.stage.canvas).focus(); return; }
    const parts = this.parts();
    const request = {
      version: this.room.base.id, candidates: this.candidates, key: unique(), extend: this.extend,
      parts: this.extend ? [{ instruction: this.instruction.value.trim() }] : parts.map((region) => ({ instruction: region.instruction.trim() })),
    };
    await this.draw(request.candidates, this.extend ? null : this.room.union(), async () =>
      api.fix(request, await Promise.all(parts.map((region) => maskBlob(region.mask)))));
  }

  /** Ask, follow what is drawn, and show what waits for a word then. */
  async draw(count, mask, ask) {
    this.room.hold(t("page-busy-fix"));
    this.result.hidden = true;
    this.progress.begin(count);
    try {
      const { jobs } = await ask();
      await this.progress.follow(jobs, mask);
      await this.room.refresh();
    } catch (problem) {
      toast(problem.message, true);
    }
    this.room.hold(null);
    this.progress.end();
    if (!await this.resume()) { this.form.hidden = false; this.refresh(); }
  }

  /** Show what waits for a word, if anything does. */
  async resume() {
    const { room } = this, newest = room.state.staged.at(-1);
    if (!newest || room.busy || !this.result.hidden) return false;
    if (room.base.id !== newest.parent) {
      // Nobody loses what they are painting to a result of another tab.
      if (room.union() || !room.versions.has(newest.parent)) return false;
      await room.open(newest.parent);
    }
    await this.choose(room.state.staged.filter((one) => one.parent === newest.parent));
    return true;
  }

  /** Results beside what was before: to be used, drawn once more, or discarded. */
  async choose(results) {
    const before = this.room.base;
    this.form.hidden = true;
    this.result.hidden = false;
    let shown = results.at(-1);
    const show = async (one) => {
      shown = one;
      for (const thumb of this.result.querySelectorAll(".candidate")) thumb.setAttribute("aria-pressed", String(Number(thumb.value) === one.id));
      this.told.textContent = one.cost ? t("page-result-cost", { cost: one.cost }) : t("page-result-free");
      this.again.hidden = !one.another;
      this.again.lastChild.textContent = t("page-another", { cost: one.another });
      await this.compare.show(before.id, one.id);
    };
    const ids = results.map((one) => one.id);
    this.told = h("p.muted.small", { id: "result-cost" });
    this.again = h("button.button", { type: "button", id: "again", onclick: () => this.another(shown) }, icon("retry", 17), h("span", {}));
    this.result.replaceChildren(
      h("h2", {}, results.length > 1 ? t("page-result-many", { number: results.length }) : t("page-result-one")),
      h("p.muted", {}, shown.instruction),
      results.length > 1 ? h("div.candidates", { role: "group", "aria-label": t("page-candidates") }, results.map((one, index) =>
        h("button.candidate", { type: "button", value: one.id, "aria-label": t("page-candidate", { number: index + 1 }), onclick: () => show(one) }, h("img", { src: api.pictureUrl(one.id), alt: "" }), h("span", {}, String(index + 1))))) : "",
      h("p.proof", {}, icon("lock", 16), t("page-outside", { number: this.progress.outside ?? 0 })),
      h("div.choices", {},
        h("button.button.primary.large", { type: "button", id: "use", onclick: () => this.use(shown.id, ids) }, icon("check", 18), t("page-use")),
        this.again,
        h("button.button", { type: "button", id: "discard", onclick: () => this.discard(before.id, ids) }, icon("trash", 17), t("page-discard"))),
      this.told,
      h("p.muted.small", {}, t("page-result-kept")),
    );
    this.result.focus({ preventScroll: true });
    await show(shown);
  }

  leave() { this.result.hidden = true; this.form.hidden = false; this.compare.hide(); }

  async use(version, all) {
    try {
      await api.use(version);
      const others = all.filter((one) => one !== version);
      if (others.length) await api.discard(others);
      await this.room.refresh();
      this.leave();
      await this.room.open(version);
      toast(t("page-used"));
      this.room.stage.canvas.focus({ preventScroll: true });
      await this.resume();
    } catch (problem) { toast(problem.message, true); }
  }

  async another(result) {
    this.compare.hide();
    await this.draw(1, null, () => api.another(result.id, unique()));
  }

  /** Back to the picture as it was, with what was painted and written. */
  async discard(before, all) {
    try {
      await api.discard(all);
      await this.room.refresh();
      this.leave();
      await this.room.open(before, true);
      this.refresh();
    } catch (problem) { toast(problem.message, true); }
  }
}

const unique = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2);
const percent = (share) => (share < 0.01 ? t("page-percent-least") : t("page-percent", { number: Math.round(share * 100) }));
