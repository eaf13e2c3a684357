// A list of messages that stays in step with the store: day dividers, grouping, and sticking to the bottom.

import { h, icon } from "./dom.js";
import { messageNode, refreshUnder, signature } from "./message.js";
import { fetchAhead } from "./pictures.js";
import { store } from "./state.js";
import { dayKey, dayName } from "./time.js";

const TOGETHER_S = 300;
const NEAR_PX = 60;

/** A scrolling list. `source()` gives the messages, oldest first; `room` as in message.js. */
export class MessageList {
  constructor(scroller, room, source, { intro = null, between = null } = {}) {
    Object.assign(this, { scroller, room, source, intro, between });
    this.nodes = new Map();
    this.dividers = new Map();
    this.drawing = new Map();
    this.stuck = true;
    this.box = h("div.messages");
    this.jump = h("button.jump", { type: "button", hidden: true, onclick: () => this.toBottom(true) }, icon("arrow", 16), "New messages");
    scroller.replaceChildren(this.box, this.jump);
    this.listening = new AbortController();
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true, signal: this.listening.signal });
    this.watch = new ResizeObserver(() => this.stuck && this.toBottom());
    this.watch.observe(this.box);
    this.watch.observe(scroller);
  }

  scrolled() {
    const rest = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.stuck = rest < NEAR_PX;
    if (this.stuck) this.jump.hidden = true;
  }

  toBottom(smooth = false) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stuck = true;
    this.jump.hidden = true;
    // An empty channel is read from its beginning.
    if (!this.nodes.size) this.scroller.scrollTop = 0;
    else this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  }

  /** Draw everything anew. */
  draw() {
    this.nodes.clear();
    for (const message of this.source()) this.make(message);
    this.layout();
    if (this.stuck) this.toBottom();
  }

  make(message) {
    const node = messageNode(message, this.room);
    node.signature = signature(message);
    this.nodes.set(message.ts, node);
    return node;
  }

  /** One message came, changed or went. Pictures are fetched first, so that nothing flashes or jumps. */
  async touch(ts, { fresh = false } = {}) {
    const find = () => this.source().find((message) => message.ts === ts);
    const turn = (this.drawing.get(ts) ?? 0) + 1;
    this.drawing.set(ts, turn);
    let message = find();
    if (!message) {
      this.nodes.delete(ts);
      return this.layout();
    }
    const old = this.nodes.get(ts);
    if (old && old.signature === signature(message)) return refreshUnder(old, message, this.room);
    await fetchAhead(message);
    message = find();
    if (!message || this.drawing.get(ts) !== turn) return undefined;
    const stuck = this.stuck || message.user === store.me.id;
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    const node = this.make(message);
    if (fresh && !old) node.classList.add("arriving");
    if (old?.isConnected) old.replaceWith(node);
    const same = focused?.matches(".pick input") && node.querySelector(`.pick input[value="${CSS.escape(focused.value)}"]`);
    if (focused) (same || node.querySelector("button, a"))?.focus({ preventScroll: true });
    this.layout();
    if (stuck) this.toBottom();
    else if (fresh) this.jump.hidden = false;
    return undefined;
  }

  layout() {
    const wanted = [];
    const list = this.source();
    if (this.intro) wanted.push(this.intro);
    let before = null;
    list.forEach((message, index) => {
      const node = this.nodes.get(message.ts);
      if (!node) return;
      const key = dayKey(message.ts);
      if (!this.room.inThread && (!before || dayKey(before.ts) !== key)) {
        if (!this.dividers.has(key)) this.dividers.set(key, h("div.day", { role: "separator" }, h("span", {}, dayName(message.ts))));
        wanted.push(this.dividers.get(key));
        before = null;
      }
      const joined = before && before.user === message.user && message.ts - before.ts < TOGETHER_S && !message.ephemeral_for && !before.ephemeral_for && !(this.room.inThread && index === 1) && !message.blocks?.length;
      node.classList.toggle("joined", Boolean(joined));
      wanted.push(node);
      if (this.between) wanted.push(...this.between(index, list.length));
      before = message;
    });
    wanted.forEach((node, index) => {
      if (this.box.children[index] !== node) this.box.insertBefore(node, this.box.children[index] ?? null);
    });
    while (this.box.children.length > wanted.length) this.box.lastChild.remove();
  }

  /** Scroll to a message and mark it for a moment. */
  show(ts) {
    const node = this.nodes.get(ts);
    if (!node) return;
    this.stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed-at");
    setTimeout(() => node.classList.remove("pointed-at"), 2500);
  }

  end() {
    this.listening.abort();
    this.watch.disconnect();
  }
}

/** Grey shapes while messages are on their way. */
export const skeleton = () => h("div.skeleton", { "aria-hidden": "true" }, [72, 48, 84, 60].map((width) =>
  h("div.skeleton-row", {}, h("i.skeleton-face"), h("div", {}, h("i.skeleton-name"), h("i.skeleton-line", { style: { width: `${width}%` } })))));
