// The picture on its canvas: zoom, pan, and what lies over it. Knows no tools and no server.

import { clamp } from "./dom.js";
import { Silhouette, drawOverlay, HUES } from "./overlay.js";

const MOST_ZOOM = 32;

export class Stage {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.view = { scale: 1, x: 0, y: 0 };
    this.picture = null; // what is worked on: a bitmap or a canvas
    this.shown = null; // an adjusted copy that is shown instead
    this.previews = []; // [{bitmap, x, y, width, height}] over the selection while it is drawn
    this.compare = null; // {before, after, at}
    this.regions = [];
    this.active = null;
    this.peek = true;
    this.sketch = null; // (context, toScreen) draws what a tool has in hand
    this.fitted = true;
    this.onview = () => {};
    this.silhouettes = new WeakMap();
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.resize();
  }

  get size() { return this.picture ? { width: this.picture.width, height: this.picture.height } : { width: 1, height: 1 }; }

  setPicture(picture) {
    const same = this.picture && this.picture.width === picture.width && this.picture.height === picture.height;
    this.picture = picture;
    this.shown = null;
    if (!same) this.fit();
    this.draw();
  }

  resize() {
    this.ratio = window.devicePixelRatio || 1;
    const box = this.canvas.getBoundingClientRect();
    const width = Math.max(1, Math.round(box.width * this.ratio)), height = Math.max(1, Math.round(box.height * this.ratio));
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    if (this.fitted) this.fit();
    else { this.#keepNear(); this.draw(); }
  }

  /** The whole picture, as large as it goes. */
  fit() {
    const { width, height } = this.size;
    const room = (this.canvas.width < 700 * this.ratio ? 12 : 36) * this.ratio, below = 58 * this.ratio;
    const scale = Math.max(0.02, Math.min((this.canvas.width - 2 * room) / width, (this.canvas.height - room - below) / height));
    this.view = { scale, x: (this.canvas.width - width * scale) / 2, y: Math.max(room * 0.6, (this.canvas.height - below - height * scale) / 2) };
    this.fitted = true;
    this.onview();
    this.draw();
  }

  /** A box of the picture with some room around it, as large as it goes; all of it where the box is most of it. */
  frame([left, top, right, bottom]) {
    const { width, height } = this.size, side = Math.max(right - left, bottom - top) * 1.5;
    this.fit();
    if (side > 0.85 * Math.max(width, height)) return;
    const below = 58 * this.ratio, scale = Math.min(Math.min(this.canvas.width, this.canvas.height - below) / side, this.view.scale * 4);
    this.view = { scale, x: this.canvas.width / 2 - scale * (left + right) / 2, y: (this.canvas.height - below) / 2 - scale * (top + bottom) / 2 };
    this.fitted = false;
    this.#keepNear();
    this.onview();
    this.draw();
  }

  /** Zoom by a factor around a point of the canvas, in CSS pixels; without one around the middle. */
  zoom(factor, at = null) {
    const px = at ? at.x * this.ratio : this.canvas.width / 2, py = at ? at.y * this.ratio : this.canvas.height / 2;
    const scale = clamp(this.view.scale * factor, 0.05, MOST_ZOOM * this.ratio), real = scale / this.view.scale;
    this.view = { scale, x: px - (px - this.view.x) * real, y: py - (py - this.view.y) * real };
    this.fitted = false;
    this.#keepNear();
    this.onview();
    this.draw();
  }

  pan(dx, dy) {
    this.view.x += dx * this.ratio;
    this.view.y += dy * this.ratio;
    this.fitted = false;
    this.#keepNear();
    this.onview();
    this.draw();
  }

  /** Some of the picture always stays in sight. */
  #keepNear() {
    const { width, height } = this.size, { scale } = this.view, rest = 60 * this.ratio;
    this.view.x = clamp(this.view.x, rest - width * scale, this.canvas.width - rest);
    this.view.y = clamp(this.view.y, rest - height * scale, this.canvas.height - rest);
  }

  /** From CSS pixels on the canvas to pixels of the picture. */
  toPicture(point) { return { x: (point.x * this.ratio - this.view.x) / this.view.scale, y: (point.y * this.ratio - this.view.y) / this.view.scale }; }

  /** From pixels of the picture to CSS pixels on the canvas. */
  toScreen(point) { return { x: (point.x * this.view.scale + this.view.x) / this.ratio, y: (point.y * this.view.scale + this.view.y) / this.ratio }; }

  /** Move the view so that a point of the picture is seen. */
  reveal(point) {
    const at = this.toScreen(point), box = this.canvas.getBoundingClientRect(), edge = 40;
    const dx = at.x < edge ? edge - at.x : at.x > box.width - edge ? box.width - edge - at.x : 0;
    const dy = at.y < edge ? edge - at.y : at.y > box.height - edge ? box.height - edge - at.y : 0;
    if (dx || dy) this.pan(dx, dy);
  }

  /** A selection changed; `part` says where. */
  changed(mask, part) {
    this.silhouettes.get(mask)?.refresh(part);
    this.draw();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.#paint(); });
  }

  #paint() {
    const context = this.context, { scale, x, y } = this.view;
    // Where the picture lies on the canvas, in CSS pixels: scale, left, top.
    this.canvas.dataset.view = [scale, x, y].map((one) => one / this.ratio).join(" ");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.picture) return;
    const { width, height } = this.size;
    // Large pixels stay sharp; a shrunken picture is smoothed.
    context.imageSmoothingEnabled = scale < 2.5;
    context.imageSmoothingQuality = "high";
    this.#paper(x, y, width * scale, height * scale);
    if (this.compare) return this.#compared(context, x, y, width * scale, height * scale);
    context.drawImage(this.shown ?? this.picture, x, y, width * scale, height * scale);
    for (const part of this.previews) context.drawImage(part.bitmap, x + part.x * scale, y + part.y * scale, part.width * scale, part.height * scale);
    if (this.peek) this.regions.forEach((region, index) => {
      if (!this.silhouettes.has(region.mask)) this.silhouettes.set(region.mask, new Silhouette(region.mask));
      drawOverlay(context, this.silhouettes.get(region.mask), [scale, x, y], HUES[index % HUES.length], this.ratio, region === this.active, !this.shown);
    });
    if (this.sketch) {
      context.save();
      this.sketch(context, (point) => ({ x: point.x * scale + x, y: point.y * scale + y }), this.ratio, scale);
      context.restore();
    }
  }

  /** A chessboard, for pictures with transparency. */
  #paper(x, y, width, height) {
    const context = this.context, side = 10 * this.ratio;
    if (!this.board) {
      const tile = new OffscreenCanvas(2 * side, 2 * side), paint = tile.getContext("2d");
      paint.fillStyle = "#fff"; paint.fillRect(0, 0, 2 * side, 2 * side);
      paint.fillStyle = "#d8dedc"; paint.fillRect(0, 0, side, side); paint.fillRect(side, side, side, side);
      this.board = context.createPattern(tile, "repeat");
    }
    context.fillStyle = this.board;
    context.fillRect(x, y, width, height);
  }

  #compared(context, x, y, width, height) {
    const { before, after, at } = this.compare;
    const line = x + width * at;
    context.drawImage(after, x, y, width, height);
    context.save();
    context.beginPath();
    context.rect(x - 1, y - 1, line - x + 1, height + 2);
    context.clip();
    this.#paper(x, y, width, height);
    context.drawImage(before, x, y, width, height);
    context.restore();
  }
}
