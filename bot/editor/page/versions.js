// The panel of versions: the tree of everything that was made from this brief. Nothing in it is ever overwritten.

import { $, h, toast } from "./dom.js";
import { api } from "./api.js";
import { t } from "./texts.js";

export class VersionsPanel {
  constructor(room, compare) {
    this.room = room;
    this.compare = compare;
    this.panel = $("panel-versions");
    for (const name of ["state", "base"]) room.addEventListener(name, () => this.refresh());
  }

  refresh() {
    const { room } = this;
    const children = new Map();
    for (const version of room.versions.values()) {
      const parent = room.versions.has(version.parent) ? version.parent : null;
      children.set(parent, [...(children.get(parent) ?? []), version]);
    }
    const branch = (parent) => {
      const list = children.get(parent);
      return list ? h(parent === null ? "ul.tree" : "ul", {}, list.map((version) => h("li", {}, this.entry(version), branch(version.id)))) : null;
    };
    const working = room.state.working.map((job) => h("li.working", {}, h("span.spinner", { "aria-hidden": "true" }), t("page-working", { person: job.person, instruction: job.instruction })));
    this.panel.replaceChildren(h("div.form", {},
      h("p.muted.small", {}, t("page-versions-told")),
      branch(null) ?? h("p", {}, t("page-versions-none")), working.length ? h("ul.tree", {}, working) : ""));
  }

  entry(version) {
    const { room } = this;
    const here = room.base?.id === version.id;
    const marks = [here ? h("span.here", {}, t("page-open")) : "", room.state.current === version.id ? h("span.current", { title: t("page-current-hint") }, t("page-current")) : ""];
    const open = h("button.version", { type: "button", "aria-current": here ? "true" : null, onclick: () => this.open(version) },
      h("img", { src: api.pictureUrl(version.id), alt: "", loading: "lazy", width: 52, height: 52 }),
      h("span.told", {}, h("strong", {}, version.title), h("span.muted", {}, version.detail), h("span.marks", {}, ...marks)));
    const tools = here ? h("div.version-tools", {},
      room.state.current !== version.id ? h("button.button.small", { type: "button", onclick: () => this.makeCurrent(version) }, t("page-make-current")) : "",
      version.parent && room.versions.has(version.parent) ? h("button.button.small", { type: "button", "aria-pressed": String(Boolean(room.stage.compare)), onclick: () => this.toggle(version) }, t("page-compare")) : "",
      version.has_mask ? h("button.button.small", { type: "button", onclick: () => this.again(version) }, t("page-select-same")) : "") : "";
    return h("div.entry", {}, open, tools);
  }

  async open(version) {
    if (this.room.busy) { toast(this.room.busy, true); return; }
    try {
      this.compare.hide();
      await this.room.open(version.id, true);
      [...this.panel.querySelectorAll(".version")].find((node) => node.getAttribute("aria-current"))?.focus();
    } catch (problem) { toast(problem.message, true); }
  }

  async makeCurrent(version) {
    try {
      await api.goBack(version.id);
      await this.room.refresh();
      toast(t("page-made-current"));
    } catch (problem) { toast(problem.message, true); }
  }

  async toggle(version) {
    if (this.room.stage.compare) this.compare.hide();
    else await this.compare.show(version.parent, version.id);
    this.refresh();
  }

  /** Select what was selected for this version. */
  async again(version) {
    try {
      if (!this.room.select(await api.mask(version.id))) toast(t("page-other-size"), true);
    } catch (problem) { toast(problem.message, true); }
  }
}
