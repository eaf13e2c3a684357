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

  /** Show two versions; the earlier one is stretched where the later one was extended. */
  async show(before, after) {
    const [old, now] = await Promise.all([this.room.bitmap(before), this.room.bitmap(after)]);
    const at = this.stage.compare?.at ?? 0.5;
    const padded = old.width === now.width && old.height === now.height ? old : this.#padded(old, now, this.room.versions.get(after)?.offset ?? [0, 0]);
    if (this.stage.size.width !== now.width || this.stage.size.height !== now.height) this.stage.setPicture(now);
    this.stage.compare = { before: padded, after: now, at };
    $("split").hidden = false;
    this.move(at);
    this.room.say("busy");
  }

  #padded(old, now, [x, y]) {
    const canvas = new OffscreenCanvas(now.width, now.height);
    canvas.getContext("2d").drawImage(old, x, y);
    return canvas;
  }

  hide() {
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
    Object.assign(this.line.style, { left: `${box.offsetLeft + top.x}px`, top: `${box.offsetTop + Math.max(0, top.y)}px`, height: `${Math.max(20, end.y - Math.max(0, top.y))}px` });
    const left = this.stage.toScreen({ x: 0, y: 0 }), right = this.stage.toScreen({ x: width, y: 0 });
    const [first, second] = document.querySelectorAll(".split-word");
    Object.assign(first.style, { left: `${box.offsetLeft + Math.max(8, left.x + 10)}px`, top: `${box.offsetTop + Math.max(8, left.y + 10)}px` });
    Object.assign(second.style, { left: `${box.offsetLeft + Math.min(box.clientWidth - 8, right.x - 10)}px`, top: `${box.offsetTop + Math.max(8, left.y + 10)}px` });
  }
}

const chain = (first, second) => () => { first(); second(); };
