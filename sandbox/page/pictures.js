// Pictures in messages: shown at their own shape with a skeleton until they arrive, opened large on a click.

import { fileUrl } from "./api.js";
import { h, icon } from "./dom.js";
import { openLightbox } from "./lightbox.js";

const SIZES = new Map(); // address → [width, height], so that a picture shown again does not jump
const WIDEST = 460;
const TALLEST = 360; // so that a grid, its buttons and its reactions fit on a small screen together

/** The address a block's picture has on this page. */
export function addressOf(block) {
  if (block.slack_file?.id) return fileUrl(block.slack_file.id);
  const found = block.slack_file?.url?.match(/\/files-pri\/[^/]*-(F[0-9A-Z]+)\//);
  return found ? fileUrl(found[1]) : block.image_url;
}

/** The image blocks and heroes of cards in blocks, in order. */
export function picturesOf(blocks) {
  return blocks.flatMap((block) => block.type === "image" ? [block] : block.type === "carousel" ? picturesOf(block.elements) : block.type === "card" && block.hero_image ? [block.hero_image] : []);
}

/** Fetch pictures ahead, for at most `patience` ms, so that a message can be swapped without a flash. */
export async function fetchAhead(message, patience = 900) {
  const urls = [
    ...picturesOf(message.blocks ?? []).map(addressOf),
    ...(message.files ?? []).filter(isPicture).map((file) => fileUrl(file.id, file.name)),
  ].filter((url) => url && !SIZES.has(url));
  if (!urls.length) return;
  const loaded = urls.map(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {});
    if (image.naturalWidth) SIZES.set(url, [image.naturalWidth, image.naturalHeight]);
  });
  await Promise.race([Promise.all(loaded), new Promise((done) => setTimeout(done, patience))]);
}

export const isPicture = (file) => /^image\/(png|jpe?g|gif|webp)/.test(file.mimetype ?? "") || (!file.mimetype && /\.(png|jpe?g|gif|webp)$/i.test(file.name));

/** A picture as a button that opens it large; one that is not `whole` fills the frame that it is given. */
export function picture({ src, alt, title = "", width, height, filename = "", whole = true }) {
  const [w, h0] = SIZES.get(src) ?? [width, height];
  const frame = h("button.picture.loading", { type: "button", "aria-label": `Enlarge picture: ${alt || title || filename || "no description"}` });
  const shape = (wide, high) => {
    if (!whole) return;
    const scale = Math.min(1, WIDEST / wide, TALLEST / high);
    frame.style.setProperty("--w", `${Math.max(120, Math.round(wide * scale))}px`);
    frame.style.setProperty("--shape", `${wide} / ${high}`);
  };
  shape(w ?? 360, h0 ?? 360);
  const image = h("img", { alt: alt ?? "", decoding: "async", draggable: "false" });
  image.addEventListener("load", () => {
    SIZES.set(src, [image.naturalWidth, image.naturalHeight]);
    shape(image.naturalWidth, image.naturalHeight);
    frame.classList.remove("loading");
  });
  image.addEventListener("error", () => {
    frame.classList.replace("loading", "broken");
    frame.append(h("span.broken-text", {}, alt ? `The picture did not load: ${alt}` : "The picture did not load."));
  });
  image.src = src;
  if (image.complete && image.naturalWidth) frame.classList.remove("loading");
  frame.append(image);
  frame.addEventListener("click", () => openLightbox({ src, alt, title: title || filename, from: frame }));
  return frame;
}

/** The files of a message. */
export function fileList(files) {
  return h("div.files", {}, files.map((file) => {
    const src = fileUrl(file.id, file.name);
    if (isPicture(file))
      return h("figure.file-picture", {}, h("figcaption", {}, file.title || file.name),
        picture({ src, alt: file.alt_txt || file.title || file.name, filename: file.name, width: file.original_w, height: file.original_h }));
    return h("a.file-chip", { href: `${src}?download=1`, download: file.name }, h("span.file-kind", {}, icon("file")),
      h("span.file-name", {}, h("b", {}, file.title || file.name), h("small", {}, `${file.pretty_type || "File"} · ${size(file.size)}`)), icon("download", 18));
  }));
}

/** 1.2 MB */
export function size(bytes = 0) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
