// "Select like this": pixels whose colour is like the clicked one, as far as they are joined and no edge lies between.

/** A byte per pixel, 1 where selected. `pixels` is RGBA; `tolerance` 0–100; `joined` stops at what lies between. */
export function like(pixels, width, height, start, tolerance, joined) {
  const x = Math.floor(start.x), y = Math.floor(start.y);
  const chosen = new Uint8Array(width * height);
  if (x < 0 || y < 0 || x >= width || y >= height) return chosen;
  const seed = average(pixels, width, height, x, y);
  const reach = (tolerance * 3.2 + 4) ** 2, edge = (tolerance * 1.6 + 10) ** 2;
  const near = (index) => apart(pixels, index * 4, seed) <= reach;
  if (!joined) {
    for (let index = 0; index < chosen.length; index++) if (near(index)) chosen[index] = 1;
    return chosen;
  }
  const waiting = [y * width + x];
  chosen[waiting[0]] = 1;
  while (waiting.length) {
    const index = waiting.pop(), column = index % width;
    const visit = (other) => {
      if (!chosen[other] && near(other) && between(pixels, index * 4, other * 4) <= edge) { chosen[other] = 1; waiting.push(other); }
    };
    if (column) visit(index - 1);
    if (column < width - 1) visit(index + 1);
    if (index >= width) visit(index - width);
    if (index < chosen.length - width) visit(index + width);
  }
  return closed(chosen, width, height);
}

/** The mean of the clicked pixel and its neighbours, so that one grain of noise does not decide. */
function average(pixels, width, height, x, y) {
  const sum = [0, 0, 0];
  let count = 0;
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++, count++) {
    for (let c = 0; c < 3; c++) sum[c] += pixels[(v * width + u) * 4 + c];
  }
  return sum.map((value) => value / count);
}

/** A distance that weighs red and blue as the eye does. */
function apart(pixels, at, colour) {
  const r = pixels[at] - colour[0], g = pixels[at + 1] - colour[1], b = pixels[at + 2] - colour[2];
  const mean = (pixels[at] + colour[0]) / 512;
  return ((2 + mean) * r * r + 4 * g * g + (3 - mean) * b * b) / 3;
}

const between = (pixels, a, b) => apart(pixels, a, [pixels[b], pixels[b + 1], pixels[b + 2]]);

/** Fill single pixels that were left out, so that the edge is calm. */
function closed(chosen, width, height) {
  const filled = chosen.slice();
  for (let y = 1; y < height - 1; y++) for (let x = 1; x < width - 1; x++) {
    const index = y * width + x;
    if (!chosen[index] && chosen[index - 1] + chosen[index + 1] + chosen[index - width] + chosen[index + width] >= 3) filled[index] = 1;
  }
  return filled;
}
