// Speaks to the bot about this one picture. The address of the page is the permission; no cookie is involved.

import { t } from "./texts.js";

const base = location.pathname.replace(/\/$/, "");

export const ENDS = ["done", "failed", "stopped"];

class Refused extends Error {
  constructor(sentence, status) { super(sentence); this.status = status; }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(base + path, { credentials: "omit", cache: "no-store", ...options });
  } catch {
    throw new Refused(t("page-unreachable"), 0);
  }
  if (answer.ok) return answer;
  let sentence = t("page-broken");
  try { sentence = (await answer.json()).error ?? sentence; } catch { /* no JSON: the sentence above stands */ }
  throw new Refused(sentence, answer.status);
}

const json = async (path, options) => (await ask(path, options)).json();
const sent = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const api = {
  state: () => json("/state"),
  /** What fixes would cost; short instructions go along, since a colour is free. */
  cost(version, candidates, parts, extend, said) {
    const query = new URLSearchParams({ version, candidates, parts, ...extend });
    for (const words of said) if (words.length <= 80) query.append("say", words);
    return json(`/cost?${query}`);
  },
  use: (version) => json("/use", sent({ version })),
  discard: (versions) => json("/discard", sent({ versions })),
  another: (version, key) => json("/another", sent({ version, key })),
  goBack: (version) => json("/current", sent({ version })),
  signOut: () => json("/signout", sent({})),

  /** A picture of the tree, its pixels exactly as they are stored. */
  async picture(version) {
    const blob = await (await ask(`/pictures/${version}`, { cache: "default" })).blob();
    return createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  },
  pictureUrl: (version) => `${base}/pictures/${version}?width=160`,

  async mask(version) {
    return createImageBitmap(await (await ask(`/masks/${version}`)).blob(), { colorSpaceConversion: "none" });
  },

  /** Ask for fixes: `masks` are PNG blobs, one for each part of `request`. */
  fix: (request, masks) => json("/fixes", { method: "POST", body: form(request, masks) }),
  adjust: (request, masks) => json("/adjustments", { method: "POST", body: form(request, masks) }),

  /** Where the product is so far, or null while nobody has said. */
  async product() {
    const answer = await ask("/product");
    return answer.status === 204 ? null : createImageBitmap(await answer.blob(), { colorSpaceConversion: "none" });
  },
  useProduct: (request, mask) => json("/product", { method: "POST", body: form(request, [mask]) }),

  stop: (job) => json(`/jobs/${encodeURIComponent(job)}/stop`, sent({})),

  /** Follow a job until it ends. `tell(event)` hears each event; broken connections are taken up again. */
  follow(job, tell) {
    const source = new EventSource(`${base}/jobs/${encodeURIComponent(job)}/events`);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (ENDS.includes(event.type)) source.close();
      tell(event);
    };
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) tell({ type: "lost" }); };
    return () => source.close();
  },
};

function form(request, masks) {
  const body = new FormData();
  body.append("request", JSON.stringify(request));
  masks.forEach((mask, index) => mask && body.append(`mask${index}`, mask, `mask${index}.png`));
  return body;
}

/** A mask as a grey PNG. */
export async function maskBlob(mask) {
  const canvas = new OffscreenCanvas(mask.width, mask.height);
  const image = new ImageData(mask.width, mask.height);
  for (let index = 0, at = 0; index < mask.data.length; index++, at += 4) {
    image.data[at] = image.data[at + 1] = image.data[at + 2] = mask.data[index];
    image.data[at + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
