// The box where people write: commands, mentions, files by button, paste or drop. Enter sends, Shift+Enter breaks the line.

import * as api from "./api.js";
import { Completion, suggestions } from "./complete.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { charOf } from "./emoji.js";
import { size } from "./pictures.js";
import { pickEmoji } from "./picker.js";
import { botUser, nameOf, store } from "./state.js";
import { Refused } from "./api.js";
import { sentence } from "./toast.js";

const MAX_FILES = 10;
const drafts = new Map(); // where → text that was not sent yet
let count = 0;

/** A composer for a channel or one of its threads. */
export class Composer {
  constructor({ channel, thread = null, label, id }) {
    Object.assign(this, { channel, thread, files: [], key: `${channel}/${thread ?? ""}` });
    this.field = h("textarea", { id, rows: "1", placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "true" });
    this.completion = new Completion(this.field, (from, text) => this.replace(from, text), `completion-${++count}`);
    this.chips = h("div.chips", { hidden: true });
    this.hint = h("p.command-hint", { hidden: true });
    this.problem = h("p.composer-problem", { role: "alert", hidden: true });
    this.chooser = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Choose files", onchange: () => this.addFiles(this.chooser.files) });
    const smile = iconButton("smile", "Insert emoji", () => pickEmoji(smile, (name) => this.insert(charOf(name) ?? `:${name}:`)), { "aria-haspopup": "dialog" });
    this.sendButton = h("button.send", { type: "submit", "aria-label": "Send", title: "Send" }, icon("send", 18));
    this.also = thread ? h("input", { type: "checkbox" }) : null;
    const room = store.channels.get(channel)?.name;
    this.node = h("form.composer", { onsubmit: (event) => (event.preventDefault(), this.send()) },
      this.completion.box,
      h("div.composer-box", {}, this.hint, this.field, this.chips, this.problem,
        thread && room ? h("label.also", {}, this.also, `Also send to #${room}`) : null,
        h("div.composer-foot", {},
          iconButton("plus", "Attach files", () => this.chooser.click()), smile,
          iconButton("at", "Mention someone", () => this.insert("@", true)),
          thread ? null : iconButton("slash", "Use a command", () => this.startCommand()),
          h("span.keys", { "aria-hidden": "true" }, "Enter to send · Shift+Enter for a new line"), this.sendButton)),
      this.chooser);
    this.field.value = drafts.get(this.key) ?? "";
    this.listen();
    this.changed();
  }

  listen() {
    const { field, node } = this;
    field.addEventListener("input", () => this.changed());
    field.addEventListener("click", () => this.suggest());
    field.addEventListener("blur", () => this.completion.show(null));
    field.addEventListener("keydown", (event) => {
      const finished = event.key === "Enter" && this.completion.isTyped();
      if (!finished && this.completion.key(event)) return;
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.addFiles(files);
    });
    const zone = node;
    zone.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      node.classList.add("dropping");
    });
    zone.addEventListener("dragleave", (event) => node.contains(event.relatedTarget) || node.classList.remove("dropping"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      node.classList.remove("dropping");
      this.addFiles(event.dataTransfer.files);
    });
  }

  changed() {
    drafts.set(this.key, this.field.value);
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, innerHeight * 0.4)}px`;
    this.sendButton.disabled = this.busy || (!this.field.value.trim() && !this.files.length);
    this.problem.hidden = true;
    this.suggest();
    const command = store.commands.find((one) => this.field.value.startsWith(`${one.command} `));
    this.hint.hidden = !command || Boolean(this.thread);
    if (command) fill(this.hint, h("code", {}, command.command), " ", h("span.usage", {}, command.usage_hint), h("span.hint-what", {}, command.description));
  }

  suggest() {
    const { field } = this;
    const typing = document.activeElement === field && field.selectionStart === field.selectionEnd;
    this.completion.show(typing ? suggestions(field.value, field.selectionStart, { inThread: Boolean(this.thread) }) : null);
  }

  replace(from, text) {
    this.field.setRangeText(text, from, this.field.selectionStart, "end");
    this.field.focus();
    this.changed();
  }

  insert(text, word = false) {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const gap = word && before && !/\s$/.test(before) ? " " : "";
    this.field.setRangeText(gap + text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.changed();
  }

  startCommand() {
    if (!this.field.value.startsWith("/")) this.field.setRangeText("/", 0, 0, "end");
    this.field.focus();
    this.changed();
  }

  /** Put a text into the box, ready to be sent. */
  put(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.changed();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  addFiles(list) {
    this.files.push(...[...list].slice(0, MAX_FILES - this.files.length));
    this.chooser.value = "";
    this.drawChips();
    this.field.focus();
  }

  drawChips() {
    this.chips.hidden = !this.files.length;
    fill(this.chips, this.files.map((file) => {
      const isPicture = file.type.startsWith("image/");
      const address = isPicture ? URL.createObjectURL(file) : null;
      const face = isPicture ? h("img", { src: address, alt: "", onload: () => URL.revokeObjectURL(address) }) : h("span.file-kind", {}, icon("file"));
      const remove = iconButton("close", `Remove ${file.name}`, () => {
        this.files = this.files.filter((one) => one !== file);
        this.drawChips();
        this.field.focus();
      });
      return h("div.file-preview", {}, face, h("span.file-name", {}, h("b", {}, file.name), h("small", {}, size(file.size))), remove);
    }));
    this.changed();
  }

  async send() {
    const text = this.field.value.trim();
    const files = this.files;
    if (this.busy || (!text && !files.length)) return;
    this.busy = true;
    this.node.classList.add("sending");
    this.field.value = "";
    this.files = [];
    this.drawChips();
    try {
      await this.deliver(text, files);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (!this.field.value) this.field.value = text;
      this.files = files;
      this.drawChips();
      this.say(problem.code === "unknown_command" ? `${text.split(/\s/)[0]} is not a command of this workspace. Type / to see what there is.` : sentence(problem));
    } finally {
      this.busy = false;
      this.node.classList.remove("sending");
      this.sendButton.disabled = !this.field.value.trim() && !this.files.length;
    }
  }

  deliver(text, files) {
    const command = !files.length && text.match(/^\/([a-z][\w-]*)(?:\s+([\s\S]*))?$/i);
    if (!command) {
      const broadcast = Boolean(this.also?.checked);
      if (this.also) this.also.checked = false;
      return files.length ? api.upload(this.channel, files, text, this.thread, broadcast) : api.post(this.channel, text, this.thread, broadcast);
    }
    if (this.thread) throw new Refused("not_in_thread", { message: `Slash commands do not run in threads. Mention @${nameOf(botUser()?.id)} here instead.` });
    return api.command(this.channel, `/${command[1].toLowerCase()}`, command[2] ?? "");
  }

  say(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }
}
