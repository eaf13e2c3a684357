// One selection at the picture's size: a byte per pixel, 0 stays as it is, 255 may change, between them a soft edge.
// Every change is a patch that can be undone. Knows no page.

const DIAGONAL = 1.414;

export class Mask {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(width * height);
  }

  /** Change pixels inside a rectangle: `paint(index, x, y)` gives a byte or undefined. Returns the patch, or null. */
  change(box, paint) {
    const x0 = Math.max(0, Math.floor(box.x0)), y0 = Math.max(0, Math.floor(box.y0));
    const x1 = Math.min(this.width, Math.ceil(box.x1)), y1 = Math.min(this.height, Math.ceil(box.y1));
    if (x1 <= x0 || y1 <= y0) return null;
    const before = this.copy(x0, y0, x1, y1);
    let changed = false;
    for (let y = y0; y < y1; y++) {
      for (let x = x0, index = y * this.width + x0; x < x1; x++, index++) {
        const value = paint(index, x, y);
        if (value !== undefined && value !== this.data[index]) { this.data[index] = value; changed = true; }
      }
    }
    return changed ? { mask: this, x0, y0, x1, y1, before, after: this.copy(x0, y0, x1, y1) } : null;
  }

  copy(x0, y0, x1, y1) {
    const rows = new Uint8ClampedArray((x1 - x0) * (y1 - y0));
    for (let y = y0; y < y1; y++) rows.set(this.data.subarray(y * this.width + x0, y * this.width + x1), (y - y0) * (x1 - x0));
    return rows;
  }

  put(patch, rows) {
    const width = patch.x1 - patch.x0;
    for (let y = patch.y0; y < patch.y1; y++) this.data.set(rows.subarray((y - patch.y0) * width, (y - patch.y0 + 1) * width), y * this.width + patch.x0);
  }

  get whole() { return { x0: 0, y0: 0, x1: this.width, y1: this.height }; }

  /** A thick line with round ends, as a brush leaves it. */
  stroke(from, to, radius, value) {
    const box = { x0: Math.min(from.x, to.x) - radius - 1, y0: Math.min(from.y, to.y) - radius - 1, x1: Math.max(from.x, to.x) + radius + 1, y1: Math.max(from.y, to.y) + radius + 1 };
    const dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy, reach = radius * radius;
    return this.change(box, (_, x, y) => {
      const px = x + 0.5 - from.x, py = y + 0.5 - from.y;
      const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const ex = px - along * dx, ey = py - along * dy;
      return ex * ex + ey * ey <= reach ? value : undefined;
    });
  }

  rectangle(a, b, value) {
    const box = { x0: Math.floor(Math.min(a.x, b.x)), y0: Math.floor(Math.min(a.y, b.y)), x1: Math.ceil(Math.max(a.x, b.x)), y1: Math.ceil(Math.max(a.y, b.y)) };
    return this.change(box, () => value);
  }

  /** Fill a closed line by the even-odd rule, scanning pixel centres. */
  polygon(points, value) {
    if (points.length < 3) return null;
    const ys = points.map((p) => p.y), xs = points.map((p) => p.x);
    const box = { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs) + 1, y1: Math.max(...ys) + 1 };
    let row = -1, cuts = [];
    return this.change(box, (_, x, y) => {
      if (y !== row) { row = y; cuts = crossings(points, y + 0.5); }
      let inside = false;
      for (const cut of cuts) { if (cut > x + 0.5) break; inside = !inside; }
      return inside ? value : undefined;
    });
  }

  /** Set where `chosen` (a byte per pixel) is not 0. */
  stamp(chosen, value) { return this.change(this.whole, (index) => (chosen[index] ? value : undefined)); }

  fill(value) { return this.change(this.whole, () => value); }

  invert() { return this.change(this.whole, (index) => 255 - this.data[index]); }

  /** Wider by so many pixels. */
  grow(pixels) {
    const far = distances(this.width, this.height, (index) => this.data[index] > 0, false);
    return this.change(this.whole, (index) => (far[index] <= pixels + 0.3 ? 255 : 0));
  }

  /** Narrower by so many pixels; the picture's own border is no edge. */
  shrink(pixels) {
    const far = distances(this.width, this.height, (index) => this.data[index] === 0, false);
    return this.change(this.whole, (index) => (far[index] > pixels + 0.3 ? this.data[index] : 0));
  }

  /** A soft edge that rises inwards over so many pixels, so that nothing outside of the selection is touched. */
  feather(pixels) {
    const far = distances(this.width, this.height, (index) => this.data[index] === 0, false);
    return this.change(this.whole, (index) => (this.data[index] === 0 ? 0 : Math.max(1, Math.round(255 * Math.min(1, far[index] / (pixels + 1))))));
  }

  /** How much of the picture may change, 0 to 1. */
  share() {
    let count = 0;
    for (const value of this.data) if (value) count++;
    return count / this.data.length;
  }

  get empty() { return !this.data.some((value) => value); }
}

function crossings(points, y) {
  const cuts = [];
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[i], b = points[j];
    if (a.y > y !== b.y > y) cuts.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  return cuts.sort((a, b) => a - b);
}

/** How far each pixel is from the nearest for which `is(index)`, in pixels, by two sweeps. */
function distances(width, height, is) {
  const far = new Float32Array(width * height).fill(Infinity);
  for (let index = 0; index < far.length; index++) if (is(index)) far[index] = 0;
  const look = (index, other, step) => { if (far[other] + step < far[index]) far[index] = far[other] + step; };
  for (let y = 0, index = 0; y < height; y++) for (let x = 0; x < width; x++, index++) {
    if (x) look(index, index - 1, 1);
    if (y) { look(index, index - width, 1); if (x) look(index, index - width - 1, DIAGONAL); if (x < width - 1) look(index, index - width + 1, DIAGONAL); }
  }
  for (let y = height - 1, index = far.length - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--, index--) {
    if (x < width - 1) look(index, index + 1, 1);
    if (y < height - 1) { look(index, index + width, 1); if (x < width - 1) look(index, index + width + 1, DIAGONAL); if (x) look(index, index + width - 1, DIAGONAL); }
  }
  return far;
}

/** Undo and redo over patches of any number of masks. */
export class History {
  constructor(limit = 96_000_000) { this.limit = limit; this.done = []; this.undone = []; this.onchange = () => {}; }

  /** Remember a step: one patch or several that belong together (a stroke). */
  add(patches) {
    const step = patches.filter(Boolean);
    if (!step.length) return;
    this.done.push(step);
    this.undone = [];
    let bytes = 0;
    for (let index = this.done.length - 1; index >= 0; index--) {
      bytes += this.done[index].reduce((sum, patch) => sum + 2 * patch.before.length, 0);
      if (bytes > this.limit) { this.done.splice(0, index); break; }
    }
    this.onchange();
  }

  undo() { return this.#move(this.done, this.undone, "before"); }
  redo() { return this.#move(this.undone, this.done, "after"); }
  clear() { this.done = []; this.undone = []; this.onchange(); }

  #move(from, to, side) {
    const step = from.pop();
    if (!step) return false;
    for (const patch of side === "before" ? [...step].reverse() : step) patch.mask.put(patch, patch[side]);
    to.push(step);
    this.onchange();
    return true;
  }
}
