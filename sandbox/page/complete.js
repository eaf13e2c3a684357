// The list above the composer: slash commands with their usage, people, channels and emoji that match what is typed.

import { avatar } from "./avatar.js";
import { h, icon } from "./dom.js";
import { emoji, search } from "./emoji.js";
import { botUser, nameOf, store } from "./state.js";

const LIMIT = 8;

/** What could complete the text before the caret: {from, items: [{insert, …}]} or null. */
export function suggestions(text, caret, { inThread }) {
  const before = text.slice(0, caret);
  const slash = before.match(/^\/(\S*)$/);
  if (slash && !inThread) return { from: 0, title: "Commands", items: commands(slash[1]) };
  const person = before.match(/(?:^|\s)@([\w .'-]{0,24})$/);
  if (person) return { from: caret - person[1].length - 1, title: "People", items: people(person[1]) };
  const channel = before.match(/(?:^|\s)#([a-z0-9_-]*)$/);
  if (channel) return { from: caret - channel[1].length - 1, title: "Channels", items: channels(channel[1]) };
  const face = before.match(/(?:^|\s):([a-z0-9_+-]{2,})$/);
  if (face) return { from: caret - face[1].length - 1, title: "Emoji", items: faces(face[1]) };
  return null;
}

function commands(typed) {
  return store.commands.filter((one) => one.command.slice(1).startsWith(typed.toLowerCase())).slice(0, LIMIT).map((one) => ({
    insert: `${one.command} `,
    node: [avatar(botUser()?.id, "small"), h("span.option-main", {}, h("b", {}, one.command), h("span.usage", {}, one.usage_hint ? ` ${one.usage_hint}` : ""), h("small", {}, one.description)), h("span.option-side", {}, nameOf(botUser()?.id))],
  }));
}

function people(typed) {
  const wanted = typed.toLowerCase();
  const bot = botUser();
  const members = store.channels.get(store.place)?.members;
  return [...store.users.values()]
    .filter((user) => nameOf(user.id).toLowerCase().split(" ").some((word) => word.startsWith(wanted)) || nameOf(user.id).toLowerCase().startsWith(wanted))
    .sort((a, b) => (b.id === bot?.id) - (a.id === bot?.id))
    .slice(0, LIMIT)
    .map((user) => ({
      insert: `@${nameOf(user.id)} `,
      node: [avatar(user.id, "small"), h("span.option-main", {}, h("b", {}, nameOf(user.id)), user.is_bot ? h("span.app-mark", {}, "APP") : null, user.id === store.me.id ? h("small.inline", {}, " you") : null),
        h("span.option-side", {}, members && !members.includes(user.id) ? "not in channel" : "")],
    }));
}

function channels(typed) {
  return [...store.channels.values()].filter((one) => one.name?.startsWith(typed)).slice(0, LIMIT)
    .map((one) => ({ insert: `#${one.name} `, node: [icon(one.is_private ? "lock" : "hash", 18), h("span.option-main", {}, h("b", {}, one.name))] }));
}

function faces(typed) {
  return search(typed).slice(0, LIMIT).map((name) => ({ insert: `:${name}: `, node: [emoji(name), h("span.option-main", {}, h("b", {}, `:${name}:`))] }));
}

/** The list itself, as a listbox that the text box owns. */
export class Completion {
  constructor(field, onpick, id) {
    Object.assign(this, { field, onpick, id, found: null, at: 0 });
    this.box = h("div.completion", { id, role: "listbox", hidden: true });
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-autocomplete", "list");
  }

  get open() {
    return Boolean(this.found);
  }

  show(found) {
    this.found = found?.items.length ? found : null;
    this.at = 0;
    this.box.hidden = !this.found;
    if (!this.found) {
      this.field.removeAttribute("aria-activedescendant");
      return this.box.replaceChildren();
    }
    this.box.setAttribute("aria-label", found.title);
    this.box.replaceChildren(h("p.completion-title", { role: "presentation" }, found.title, h("span", {}, "↑↓ choose · Enter or Tab to take · Esc to close")),
      ...found.items.map((item, index) => h("div.option", { role: "option", id: `${this.id}-${index}`, "aria-selected": "false",
        onpointerdown: (event) => event.preventDefault(), onclick: () => this.take(index), onmousemove: () => this.mark(index) }, item.node)));
    return this.mark(0);
  }

  mark(index) {
    const options = this.box.querySelectorAll(".option");
    this.at = (index + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.at)));
    this.field.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  take(index = this.at) {
    const { from, items } = this.found;
    this.show(null);
    this.onpick(from, items[index].insert);
  }

  /** Whether the marked choice already stands in the text, so that Enter can mean "send". */
  isTyped() {
    const { value, selectionStart } = this.field;
    return this.open && value.slice(this.found.from, selectionStart) === this.found.items[this.at].insert.trim();
  }

  /** Handle a key; true when it was for the list. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown") this.mark(this.at + 1);
    else if (event.key === "ArrowUp") this.mark(this.at - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.take();
    else if (event.key === "Escape") this.show(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
