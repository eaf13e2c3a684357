// The file input of a form: a chooser whose files are stored in the workspace at once, and go along by their ids.

import * as api from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { size } from "./pictures.js";
import { sentence } from "./toast.js";

/** A file input as a node: `files` are those stored so far, `ready` settles when no upload is under way. */
export function fileInput(given, room) {
  const most = given.max_files ?? 10;
  const chooser = h("input.file-chooser", {
    type: "file", id: room.id, multiple: most > 1, accept: (given.filetypes ?? []).map((ending) => `.${ending}`).join(",") || null,
    "aria-describedby": room.describedBy, "aria-required": room.required ? "true" : null, data: { actionId: given.action_id ?? "" },
  });
  const chips = h("div.chips", { hidden: true });
  const told = h("p.file-told", { role: "status" });
  const node = h("div.file-input", {}, chooser, told, chips);
  node.files = [...(room.value?.files ?? [])];
  node.ready = Promise.resolve();

  const draw = () => {
    chips.hidden = !node.files.length;
    fill(chips, node.files.map((file) => h("div.file-preview", {},
      file.mimetype?.startsWith("image/") ? h("img", { src: api.fileUrl(file.id, file.name), alt: "" }) : h("span.file-kind", {}, icon("file")),
      h("span.file-name", {}, h("b", {}, file.name), h("small", {}, size(file.size))),
      iconButton("close", `Remove ${file.name}`, () => {
        node.files = node.files.filter((one) => one !== file);
        chooser.value = "";
        draw();
        chooser.focus();
      }))));
  };

  const store = async (chosen) => {
    told.textContent = `Uploading ${chosen.map((file) => file.name).join(", ")}…`;
    try {
      const stored = await Promise.all(chosen.map(api.storeFile));
      // As the browser's own chooser does: what is chosen anew takes the place of what was there.
      node.files = stored;
      told.textContent = "";
    } catch (refusal) {
      if (!refusal.code) throw refusal;
      chooser.value = "";
      told.textContent = sentence(refusal);
    }
    draw();
  };

  chooser.addEventListener("change", () => {
    const chosen = [...chooser.files].slice(0, most);
    if (chosen.length) node.ready = node.ready.then(() => store(chosen));
  });
  draw();
  return node;
}
