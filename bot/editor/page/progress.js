// What is seen while fixes are made: where they stand, and first looks over the selection only.

import { h, icon, toast } from "./dom.js";
import { api, ENDS } from "./api.js";
import { t } from "./texts.js";

export class Progress {
  constructor(room) {
    this.room = room;
    this.words = h("p", { role: "status", "aria-live": "polite" });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("page-progress") });
    this.button = h("button.button", { type: "button", id: "stop", onclick: () => this.stop() }, icon("stop", 17), t("page-stop"));
    this.jobs = [];
    this.node = h("div.progress", { hidden: true }, this.words, this.bar, this.button, h("p.muted.small", {}, t("page-close-freely")));
  }

  begin(count) {
    this.node.hidden = false;
    this.node.previousElementSibling.hidden = true;
    this.words.textContent = count > 1 ? t("page-asking-many", { number: count }) : t("page-asking-one");
    this.bar.removeAttribute("value");
    this.button.disabled = true;
  }

  /** Take back what isn't finished; candidates that are finished stay. */
  async stop() {
    this.button.disabled = true;
    this.words.textContent = t("page-stopping");
    try {
      await Promise.all(this.jobs.map((job) => api.stop(job)));
    } catch (problem) { this.button.disabled = false; toast(problem.message, true); }
  }

  end() {
    this.node.hidden = true;
    this.room.stage.previews = [];
    this.room.stage.peek = this.peek ?? true;
    this.room.stage.draw();
  }

  /** Follow jobs until all have ended. Returns the versions that came of them; throws when none did and one failed. */
  async follow(jobs, mask) {
    const { stage } = this.room;
    this.jobs = jobs;
    this.button.disabled = false;
    this.peek = stage.peek;
    const share = new Map(jobs.map((job) => [job, 0.03]));
    const results = [];
    this.outside = 0;
    const failures = [];
    const ended = jobs.map((job) => new Promise((resolve) => {
      api.follow(job, async (event) => {
        if (event.type === "queued") this.words.textContent = event.position > 0 ? t("page-queued", { number: event.position }) : t("page-drawing");
        if (event.type === "waiting") this.words.textContent = event.sentence;
        if (event.type === "preview") {
          share.set(job, Math.max(share.get(job), 0.15 + 0.75 * event.progress));
          this.words.textContent = t("page-first-look");
          const bitmap = await masked(event, mask, stage.size);
          if (share.get(job) < 1 && job === jobs[0]) { stage.peek = false; stage.previews = [{ bitmap, x: event.box[0], y: event.box[1], width: event.box[2], height: event.box[3] }]; stage.draw(); this.node.dataset.previews = Number(this.node.dataset.previews ?? 0) + 1; }
        }
        if (event.type === "lost" || ENDS.includes(event.type)) {
          share.set(job, 1);
          if (event.type === "done") { results.push(event.version); this.outside = Math.max(this.outside, event.outside); }
          else if (event.type === "stopped") toast(event.sentence);
          else failures.push(event.sentence ?? t("page-lost"));
          resolve();
        }
        this.bar.value = [...share.values()].reduce((sum, one) => sum + one, 0) / jobs.length;
      });
    }));
    await Promise.all(ended);
    if (!results.length && failures.length) throw new Error(failures[0]);
    return results.sort((a, b) => a - b);
  }
}

/** The first look, cut out along the selection. */
async function masked(event, mask, size) {
  const [x, y, width, height] = event.box;
  const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(event.jpeg), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" }));
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, width, height);
  if (!mask || mask.width !== size.width) return canvas;
  const image = context.getImageData(0, 0, width, height);
  for (let v = 0, at = 3; v < height; v++) for (let u = 0; u < width; u++, at += 4) image.data[at] = mask.data[(v + y) * mask.width + u + x] ?? 0;
  context.putImageData(image, 0, 0);
  return canvas;
}
