// Before and after with a line between them that can be dragged, touched, or moved with the arrow keys.

import { $, clamp } from "./dom.js";
import { t } from "./texts.js";

export class Compare {
  constructor(room) {
    this.room = room;
    this.stage = room.stage;
    this.range = $("split-range");
    this.line = $("split-line");
    this.range.addEventListener("input", () => this.move(Number(this.range.value) / 1000));
    this.line.addEventListener("pointerdown", (event) => { event.preventDefault(); this.line.setPointerCapture(event.pointerId); this.range.focus(); });
    this.line.addEventListener("pointermove", (event) => {
      if (!this.line.hasPointerCapture(event.pointerId)) return;
      const box = this.stage.canvas.getBoundingClientRect();
      this.move(clamp(this.stage.toPicture({ x: event.clientX - box.left, y: 0 }).x / this.stage.size.width, 0, 1));
    });
    this.stage.onview = chain(this.stage.onview, () => this.place());
  }

  /** Show two versions, the later one first and both at the place that changed; an extended one has room around the earlier. */
  async show(before, after) {
    const [old, now] = await Promise.all([this.room.bitmap(before), this.room.bitmap(after)]);
    const again = Boolean(this.stage.compare);
    const padded = old.width === now.width && old.height === now.height ? old : this.#padded(old, now, this.room.told(after)?.offset ?? [0, 0]);
    if (this.stage.size.width !== now.width || this.stage.size.height !== now.height) this.stage.setPicture(now);
    this.stage.compare = { before: padded, after: now, at: this.stage.compare?.at ?? 0 };
    $("split").hidden = false;
    if (!again) await this.#frame(after);
    // The line waits at the left of what is seen.
    this.move(again ? this.stage.compare.at : clamp(this.stage.toPicture({ x: 26, y: 0 }).x / now.width, 0, 1));
    this.room.say("busy");
  }

  #padded(old, now, [x, y]) {
    const canvas = new OffscreenCanvas(now.width, now.height);
    canvas.getContext("2d").drawImage(old, x, y);
    return canvas;
  }

  /** Look at the part that the mask of a version lets change. */
  async #frame(version) {
    // A version that was made without a selection has no part of its own.
    if (this.room.told(version)?.has_mask === false) { this.stage.fit(); return; }
    try { this.stage.frame(extent(await this.room.api.mask(version))); } catch { this.stage.fit(); }
  }

  hide() {
    if (this.stage.compare) this.stage.fit();
    this.stage.compare = null;
    $("split").hidden = true;
    this.stage.draw();
    this.room.say("busy");
  }

  move(share) {
    if (!this.stage.compare) return;
    this.stage.compare.at = share;
    this.range.value = Math.round(share * 1000);
    this.range.setAttribute("aria-valuetext", t("page-split-told", { number: Math.round(share * 100) }));
    this.place();
    this.stage.draw();
  }

  place() {
    if (!this.stage.compare) return;
    const { width, height } = this.stage.size;
    const top = this.stage.toScreen({ x: width * this.stage.compare.at, y: 0 }), end = this.stage.toScreen({ x: 0, y: height });
    const box = this.stage.canvas;
    Object.assign(this.line.style, { left: `${box.offsetLeft + top.x}px`, top: `${box.offsetTop + Math.max(0, top.y)}px`, height: `${Math.max(20, Math.min(box.clientHeight, end.y) - Math.max(0, top.y))}px` });
    const left = this.stage.toScreen({ x: 0, y: 0 }), right = this.stage.toScreen({ x: width, y: 0 });
    const [first, second] = document.querySelectorAll(".split-word");
    Object.assign(first.style, { left: `${box.offsetLeft + Math.max(8, left.x + 10)}px`, top: `${box.offsetTop + Math.max(8, left.y + 10)}px` });
    Object.assign(second.style, { left: `${box.offsetLeft + Math.min(box.clientWidth - 8, right.x - 10)}px`, top: `${box.offsetTop + Math.max(8, left.y + 10)}px` });
  }
}

/** The box of what is not black in a picture, in its pixels: left, top, right, bottom. */
function extent(bitmap) {
  const scale = Math.min(1, 256 / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale)), height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  let left = width, top = height, right = 0, bottom = 0;
  for (let at = 0, index = 0; at < data.length; at += 4, index++) {
    if (data[at] < 8) continue;
    const x = index % width, y = Math.floor(index / width);
    left = Math.min(left, x); right = Math.max(right, x + 1);
    top = Math.min(top, y); bottom = Math.max(bottom, y + 1);
  }
  return right > left ? [left, top, right, bottom].map((one) => one / scale) : [0, 0, bitmap.width, bitmap.height];
}

const chain = (first, second) => () => { first(); second(); };
