// The tools and what pointer, touch and keyboard do with them on the canvas.

import { clamp, toast } from "./dom.js";
import { t } from "./texts.js";
import { like } from "./wand.js";

/** Name, label, key, and a shorter label where there is one. */
export const TOOLS = [
  ["brush", t("page-tool-brush"), "B"], ["eraser", t("page-tool-eraser"), "E"], ["rectangle", t("page-tool-rectangle"), "R"], ["lasso", t("page-tool-lasso"), "L"],
  ["wand", t("page-tool-wand"), "W", t("page-tool-wand-short")], ["hand", t("page-tool-hand"), "V", t("page-tool-hand-short")],
];

export class Hands {
  /** `room` gives: stage, history, mask() to paint on, pixels() of the picture, changed(patch), settled(), locked(). */
  constructor(room) {
    this.room = room;
    this.stage = room.stage;
    this.tool = "brush";
    this.size = 40; // brush diameter, in picture pixels
    this.tolerance = 22;
    this.joined = true;
    this.take = false; // shapes and the wand take away instead of adding
    this.pointers = new Map();
    this.cursor = null; // keyboard cursor, in picture pixels
    this.hover = null;
    this.held = null; // what is being drawn
    this.spaced = false;
    const canvas = this.stage.canvas;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#up(event, name === "pointercancel"));
    canvas.addEventListener("pointerleave", () => { this.hover = null; this.stage.draw(); });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("keyup", (event) => { if (event.key === " ") this.#release(); });
    canvas.addEventListener("blur", () => { this.#release(); this.cursor = null; this.stage.draw(); });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.stage.sketch = (...given) => this.#sketch(...given);
  }

  #point(event) {
    const box = this.stage.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event) {
    this.stage.canvas.focus({ preventScroll: true });
    this.cursor = null;
    const at = this.#point(event);
    this.stage.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2) {
      this.#abandon();
      this.pinch = this.#spread();
      return;
    }
    if (this.pointers.size > 2) return;
    const moves = event.button === 1 || event.button === 2 || this.spaced || this.tool === "hand" || this.room.locked();
    if (moves) { this.held = { kind: "pan", last: at }; this.stage.canvas.classList.add("moving"); return; }
    if (event.button === 0) this.#begin(this.stage.toPicture(at), event.altKey !== this.take);
  }

  #begin(point, take) {
    const mask = this.room.mask();
    const value = this.tool === "eraser" || (take && this.tool !== "brush") ? 0 : 255;
    switch (this.tool) {
      case "brush": case "eraser":
        this.held = { kind: "stroke", mask, value, last: point, patches: [] };
        this.#dab(point);
        break;
      case "rectangle": this.held = { kind: "rectangle", mask, value, from: point, to: point }; break;
      case "lasso": this.held = { kind: "lasso", mask, value, points: [point] }; break;
      case "wand": this.#wand(mask, point, value); break;
    }
    this.stage.draw();
  }

  #dab(point) {
    const { held } = this;
    const patch = held.mask.stroke(held.last, point, Math.max(0.5, this.size / 2), held.value);
    held.last = point;
    if (patch) { held.patches.push(patch); this.room.changed(patch); }
  }

  #wand(mask, point, value) {
    const { width, height } = this.stage.size;
    const chosen = like(this.room.pixels(), width, height, point, this.tolerance, this.joined);
    this.#done(mask.stamp(chosen, value));
  }

  #done(patch) {
    if (!patch) return;
    this.room.changed(patch);
    this.room.history.add([patch]);
    this.room.settled();
  }

  #move(event) {
    const at = this.#point(event);
    this.hover = event.pointerType === "touch" ? null : at;
    if (!this.pointers.has(event.pointerId)) { this.stage.draw(); return; }
    this.pointers.set(event.pointerId, at);
    if (this.pinch) { this.#pinched(); return; }
    if (!this.held) return;
    if (this.held.kind === "pan") {
      this.stage.pan(at.x - this.held.last.x, at.y - this.held.last.y);
      this.held.last = at;
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.#draw(this.stage.toPicture(this.#point(one)));
    this.stage.draw();
  }

  #draw(point) {
    if (this.held.kind === "stroke") this.#dab(point);
    else if (this.held.kind === "rectangle") this.held.to = point;
    else if (this.held.kind === "lasso") this.held.points.push(point);
  }

  #up(event, cancelled) {
    this.pointers.delete(event.pointerId);
    this.stage.canvas.classList.remove("moving");
    if (this.pinch) { if (this.pointers.size < 2) this.pinch = null; this.held = null; return; }
    if (!this.held || this.pointers.size) return;
    if (cancelled) this.#abandon();
    else this.#finish();
  }

  #finish() {
    const { held } = this;
    this.held = null;
    if (held.kind === "stroke") { this.room.history.add(held.patches); if (held.patches.length) this.room.settled(); }
    if (held.kind === "rectangle") this.#done(held.mask.rectangle(held.from, held.to, held.value));
    if (held.kind === "lasso") this.#done(held.mask.polygon(held.points, held.value));
    this.stage.draw();
  }

  /** Take back what was begun: the second finger shows that a zoom was meant. */
  #abandon() {
    if (this.held?.kind === "stroke") for (const patch of this.held.patches.reverse()) { patch.mask.put(patch, patch.before); this.room.changed(patch); }
    this.held = null;
    this.stage.draw();
  }

  #spread() {
    const [a, b] = [...this.pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, wide: Math.max(8, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  #pinched() {
    const now = this.#spread();
    this.stage.pan(now.x - this.pinch.x, now.y - this.pinch.y);
    this.stage.zoom(now.wide / this.pinch.wide, now);
    this.pinch = now;
  }

  #wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey) this.stage.pan(-(event.deltaX || event.deltaY) * unit, 0);
    else if (event.altKey) this.stage.pan(0, -event.deltaY * unit);
    else this.stage.zoom(Math.exp(clamp(-event.deltaY * unit, -240, 240) * 0.0022), this.#point(event));
  }

  #key(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = arrows[event.key];
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.altKey) { this.stage.pan(-step[0] * 40, -step[1] * 40); return; }
      this.#walk(step, event.shiftKey ? 40 : 8);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat && !this.room.locked()) this.#use();
    } else if (event.key === "Escape" && this.held) {
      event.preventDefault();
      this.#abandon();
    }
  }

  #walk([dx, dy], screenPixels) {
    const { width, height } = this.stage.size, pace = Math.max(1, (screenPixels * this.stage.ratio) / this.stage.view.scale);
    const from = this.cursor ?? { x: width / 2, y: height / 2 };
    this.cursor = this.cursor ? { x: clamp(from.x + dx * pace, 0, width), y: clamp(from.y + dy * pace, 0, height) } : from;
    this.stage.reveal(this.cursor);
    if (this.held && this.held.kind !== "pan" && this.held.kind !== "lasso") this.#draw(this.cursor);
    this.stage.draw();
  }

  /** The space bar at the keyboard's cursor: paints while held; a shape takes a point with each press. */
  #use() {
    if (!this.cursor) { this.#walk([0, 0], 0); return; }
    if (this.tool === "hand") { toast(t("page-tool-first")); return; }
    if (this.held?.kind === "rectangle") { this.#finish(); return; }
    if (this.held?.kind === "lasso") {
      const [first] = this.held.points, near = Math.hypot(first.x - this.cursor.x, first.y - this.cursor.y) < (14 * this.stage.ratio) / this.stage.view.scale;
      this.held.points.push(this.cursor);
      if (near && this.held.points.length > 3) this.#finish();
      this.stage.draw();
      return;
    }
    this.#begin(this.cursor, this.take);
  }

  #release() { if (this.held?.kind === "stroke" && !this.pointers.size) this.#finish(); }

  #sketch(context, place, ratio, scale) {
    const lines = (path) => {
      for (const [width, colour, dash] of [[3, "rgb(8 20 24 / .8)", []], [1.4, "#fff", [6, 5]]]) {
        context.lineWidth = width * ratio; context.strokeStyle = colour; context.setLineDash(dash.map((one) => one * ratio)); context.stroke(path);
      }
    };
    const path = new Path2D();
    if (this.held?.kind === "rectangle") {
      const a = place(this.held.from), b = place(this.held.to);
      path.rect(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y));
      lines(path);
    } else if (this.held?.kind === "lasso") {
      this.held.points.forEach((point, index) => { const at = place(point); if (index) path.lineTo(at.x, at.y); else path.moveTo(at.x, at.y); });
      path.closePath();
      lines(path);
    }
    const at = this.cursor ? place(this.cursor) : this.hover && !this.room.locked() ? { x: this.hover.x * ratio, y: this.hover.y * ratio } : null;
    if (at && (this.tool === "brush" || this.tool === "eraser")) {
      const ring = new Path2D();
      ring.arc(at.x, at.y, Math.max(2 * ratio, (this.size / 2) * scale), 0, 7);
      context.setLineDash([]);
      for (const [width, colour] of [[3, "rgb(8 20 24 / .65)"], [1.4, "#fff"]]) { context.lineWidth = width * ratio; context.strokeStyle = colour; context.stroke(ring); }
    }
    if (this.cursor) {
      const cross = new Path2D(), arm = 9 * ratio;
      cross.moveTo(at.x - arm, at.y); cross.lineTo(at.x + arm, at.y); cross.moveTo(at.x, at.y - arm); cross.lineTo(at.x, at.y + arm);
      context.setLineDash([]);
      for (const [width, colour] of [[4, "rgb(8 20 24 / .8)"], [1.6, "#fff"]]) { context.lineWidth = width * ratio; context.strokeStyle = colour; context.stroke(cross); }
    }
  }
}
