// Adjustments that need no model, with the same arithmetic as the server, which saves them. Knows no page.

/** Labels, and values with a unit, are names of texts. */
export const SLIDERS = [
  { name: "exposure", label: "page-exposure", least: -2, most: 2, step: 0.05, told: "page-exposure-told" },
  { name: "contrast", label: "page-contrast", least: -100, most: 100, step: 1 },
  { name: "warmth", label: "page-warmth", least: -100, most: 100, step: 1 },
  { name: "saturation", label: "page-saturation", least: -100, most: 100, step: 1 },
];

export const NEUTRAL = { exposure: 0, contrast: 0, warmth: 0, saturation: 0 };
export const isNeutral = (values) => SLIDERS.every(({ name }) => !values[name]);

/** The adjusted RGBA pixels; `mask` has a byte per pixel, null means everywhere. */
export function adjusted(pixels, mask, values) {
  const out = new Uint8ClampedArray(pixels);
  const light = 2 ** values.exposure, contrast = 1 + values.contrast / 100, colour = 1 + values.saturation / 100;
  const red = 1 + values.warmth * 0.0025, blue = 1 - values.warmth * 0.0025;
  for (let index = 0, at = 0; at < out.length; index++, at += 4) {
    const weight = mask ? mask[index] : 255;
    if (!weight) continue;
    const r = ((pixels[at] * light) - 128) * contrast + 128, g = ((pixels[at + 1] * light) - 128) * contrast + 128, b = ((pixels[at + 2] * light) - 128) * contrast + 128;
    const wr = r * red, wb = b * blue, luma = 0.299 * wr + 0.587 * g + 0.114 * wb;
    for (const [offset, value] of [[0, wr], [1, g], [2, wb]]) {
      const after = Math.min(255, Math.max(0, luma + (value - luma) * colour)), before = pixels[at + offset];
      out[at + offset] = Math.floor(before + ((after - before) * weight) / 255 + 0.5);
    }
  }
  return out;
}
