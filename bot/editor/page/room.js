// What the page knows at this moment: the versions, the picture worked on, the regions. Panels listen to it.

import { api } from "./api.js";
import { History, Mask } from "./mask.js";

export class Room extends EventTarget {
  constructor(stage) {
    super();
    this.stage = stage;
    this.history = new History();
    this.versions = new Map();
    this.base = null; // the version worked on
    this.regions = []; // [{mask, instruction}]
    this.active = null;
    this.busy = null; // why the picture cannot be painted on, if so
    this.bitmaps = new Map();
    this.api = api;
  }

  say(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  /** Ask the server how things stand. */
  async refresh() {
    const state = await api.state();
    this.state = state;
    this.versions = new Map(state.versions.map((version) => [version.id, version]));
    this.say("state");
    return state;
  }

  /** What is known of a version, whether it is part of the thread or waits for a word. */
  told(version) { return this.versions.get(version) ?? this.state.staged.find((one) => one.id === version); }

  async bitmap(version) {
    if (!this.bitmaps.has(version)) {
      if (this.bitmaps.size > 12) this.bitmaps.delete(this.bitmaps.keys().next().value);
      this.bitmaps.set(version, api.picture(version));
    }
    try { return await this.bitmaps.get(version); } catch (problem) { this.bitmaps.delete(version); throw problem; }
  }

  /** Work on another version. Selections are kept where the size stays the same and `keep` says so. */
  async open(version, keep = false) {
    const bitmap = await this.bitmap(version);
    const same = this.stage.picture && this.stage.size.width === bitmap.width && this.stage.size.height === bitmap.height;
    this.base = this.versions.get(version);
    this.pixelData = null;
    this.stage.compare = null;
    this.stage.previews = [];
    this.stage.setPicture(bitmap);
    if (!same || !keep || !this.regions.length) this.#fresh(bitmap);
    this.say("base");
    this.say("selection");
  }

  #fresh(bitmap) {
    this.history.clear();
    this.regions = [];
    this.addRegion(bitmap);
  }

  addRegion({ width, height } = this.stage.size) {
    const region = { mask: new Mask(width, height), instruction: "" };
    this.regions.push(region);
    this.choose(region);
    return region;
  }

  removeRegion(region) {
    this.regions = this.regions.filter((one) => one !== region);
    for (const list of ["done", "undone"]) this.history[list] = this.history[list].filter((step) => step.every((patch) => patch.mask !== region.mask));
    this.history.onchange();
    this.choose(this.regions[0]);
  }

  choose(region) {
    this.active = region;
    this.stage.regions = this.regions;
    this.stage.active = region;
    this.stage.draw();
    this.say("selection");
  }

  mask() { return this.active.mask; }
  locked() { return Boolean(this.busy || this.stage.compare); }
  changed(patch) { this.stage.changed(patch.mask, patch); }
  settled() { this.say("selection"); }

  /** RGBA of the picture worked on. */
  pixels() {
    if (!this.pixelData) {
      const { width, height } = this.stage.size;
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      context.drawImage(this.stage.picture, 0, 0);
      this.pixelData = context.getImageData(0, 0, width, height).data;
    }
    return this.pixelData;
  }

  /** Everything that is selected, in all regions, as bytes; null when nothing is. */
  union() {
    const filled = this.regions.filter((region) => !region.mask.empty);
    if (!filled.length) return null;
    const all = new Mask(this.stage.size.width, this.stage.size.height);
    for (const { mask } of filled) for (let index = 0; index < all.data.length; index++) if (mask.data[index] > all.data[index]) all.data[index] = mask.data[index];
    return all;
  }

  apply(change) {
    if (this.locked()) return;
    const patch = change(this.active.mask);
    if (!patch) return;
    this.changed(patch);
    this.history.add([patch]);
    this.settled();
  }

  /** Select what is white in a picture of the same size. False where the size is another. */
  select(bitmap) {
    const { width, height } = this.stage.size;
    if (bitmap.width !== width || bitmap.height !== height) return false;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, width, height).data;
    this.apply((mask) => mask.change(mask.whole, (index) => pixels[index * 4]));
    return true;
  }

  undo() { if (!this.locked() && this.history.undo()) this.#redrawn(); }
  redo() { if (!this.locked() && this.history.redo()) this.#redrawn(); }

  #redrawn() {
    for (const { mask } of this.regions) this.stage.changed(mask);
    this.settled();
  }

  /** Lock or unlock the picture while something is being made of it. */
  hold(reason) {
    this.busy = reason;
    this.say("busy");
  }
}
