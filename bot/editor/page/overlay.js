// Shows selections so that they are seen on any picture: stripes of light and colour with a light and dark outline.

/** Colours of the regions, in the order in which they are added. */
export const HUES = ["#ff4f6d", "#3fa7ff", "#ffb020", "#35c98b", "#b07cff", "#ff7ad9"];

/** A selection as a drawable silhouette at the picture's size, brought up to date patch by patch. */
export class Silhouette {
  constructor(mask) {
    this.mask = mask;
    this.canvas = new OffscreenCanvas(mask.width, mask.height);
    this.context = this.canvas.getContext("2d");
    this.refresh();
  }

  /** Redraw a part, or everything. */
  refresh(part = this.mask.whole) {
    const { x0, y0, x1, y1 } = part;
    const image = new ImageData(x1 - x0, y1 - y0);
    for (let y = y0, at = 3; y < y1; y++) for (let x = x0; x < x1; x++, at += 4) image.data[at] = this.mask.data[y * this.mask.width + x];
    this.context.putImageData(image, x0, y0);
  }
}

const scratch = new OffscreenCanvas(1, 1);
const stripes = new Map();

/** Paint one silhouette over the view (`transform` = [scale, x, y] in device pixels). */
export function drawOverlay(target, silhouette, [scale, x, y], hue, ratio, strong, filled) {
  const { width, height } = target.canvas;
  if (scratch.width !== width || scratch.height !== height) { scratch.width = width; scratch.height = height; }
  const context = scratch.getContext("2d");
  context.imageSmoothingEnabled = false;
  const place = (dx, dy) => context.drawImage(silhouette.canvas, x + dx, y + dy, silhouette.mask.width * scale, silhouette.mask.height * scale);
  const ring = (reach, colour) => {
    context.clearRect(0, 0, width, height);
    context.globalCompositeOperation = "source-over";
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7]]) place(dx * reach, dy * reach);
    context.globalCompositeOperation = "destination-out";
    place(0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    target.drawImage(scratch, 0, 0);
  };
  if (filled) {
    context.clearRect(0, 0, width, height);
    context.globalCompositeOperation = "source-over";
    place(0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = pattern(target, hue, ratio);
    context.fillRect(0, 0, width, height);
    target.globalAlpha = strong ? 1 : 0.6;
    target.drawImage(scratch, 0, 0);
    target.globalAlpha = 1;
  }
  ring(2.6 * ratio, "rgb(8 20 24 / .85)");
  ring(1.3 * ratio, strong ? "#fff" : hue);
}

/** Diagonal stripes, made once for each colour. */
function pattern(target, hue, ratio) {
  const key = `${hue}@${ratio}`;
  if (!stripes.has(key)) {
    const side = Math.round(12 * ratio);
    const tile = new OffscreenCanvas(side, side);
    const context = tile.getContext("2d");
    context.fillStyle = hue;
    context.globalAlpha = 0.4;
    context.fillRect(0, 0, side, side);
    context.globalAlpha = 0.55;
    context.strokeStyle = "#fff";
    context.lineWidth = side / 6;
    context.beginPath();
    for (const shift of [-side, 0, side]) { context.moveTo(shift - 2, side + 2); context.lineTo(shift + side + 2, -2); }
    context.stroke();
    stripes.set(key, target.createPattern(tile, "repeat"));
  }
  return stripes.get(key);
}
