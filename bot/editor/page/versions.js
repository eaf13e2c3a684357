// The panel of versions: the tree of everything that was made from this brief. Nothing in it is ever overwritten.

import { $, h, toast } from "./dom.js";
import { api } from "./api.js";

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
    const working = room.state.working.map((job) => h("li.working", {}, h("span.spinner", { "aria-hidden": "true" }), `${job.person} asked for “${job.instruction}”…`));
    this.panel.replaceChildren(h("div.form", {},
      h("p.muted.small", {}, "Each version stays as it is. Go on from any of them; what two people make of the same one stands side by side."),
      branch(null) ?? h("p", {}, "No versions yet."), working.length ? h("ul.tree", {}, working) : ""));
  }

  entry(version) {
    const { room } = this;
    const here = room.base?.id === version.id;
    const marks = [here ? h("span.here", {}, "Open") : "", room.state.current === version.id ? h("span.current", { title: "A fix in the thread starts from this one" }, "In the thread") : ""];
    const open = h("button.version", { type: "button", "aria-current": here ? "true" : null, onclick: () => this.open(version) },
      h("img", { src: api.pictureUrl(version.id), alt: "", loading: "lazy", width: 52, height: 52 }),
      h("span.told", {}, h("strong", {}, version.title), h("span.muted", {}, version.detail), h("span.marks", {}, ...marks)));
    const tools = here ? h("div.version-tools", {},
      room.state.current !== version.id ? h("button.button.small", { type: "button", onclick: () => this.makeCurrent(version) }, "Use in the thread") : "",
      version.parent && room.versions.has(version.parent) ? h("button.button.small", { type: "button", "aria-pressed": String(Boolean(room.stage.compare)), onclick: () => this.toggle(version) }, "Before / after") : "",
      version.has_mask ? h("button.button.small", { type: "button", onclick: () => this.again(version) }, "Select the same") : "") : "";
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
      toast("The thread goes on from this version.");
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
      const bitmap = await api.mask(version.id);
      const { width, height } = this.room.stage.size;
      if (bitmap.width !== width || bitmap.height !== height) { toast("That selection was made on a picture of another size.", true); return; }
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const pixels = context.getImageData(0, 0, width, height).data;
      this.room.apply((mask) => mask.change(mask.whole, (index) => pixels[index * 4]));
    } catch (problem) { toast(problem.message, true); }
  }
}
