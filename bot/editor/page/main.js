// Puts the page together: one room, one stage, three panels.

import { $, dress, h, toast } from "./dom.js";
import { api } from "./api.js";
import { AdjustPanel } from "./adjustments.js";
import { Compare } from "./compare.js";
import { FixPanel } from "./fix.js";
import { keys } from "./keys.js";
import { ProductPanel } from "./product.js";
import { Room } from "./room.js";
import { Stage } from "./stage.js";
import { t } from "./texts.js";
import { Toolbar } from "./toolbar.js";
import { Hands } from "./tools.js";
import { VersionsPanel } from "./versions.js";

/** How often the page looks for what others have made meanwhile, in milliseconds. */
const LOOK_MS = 8_000;

dress(document);
const stage = new Stage($("canvas"));
const room = new Room(stage);
const hands = new Hands({
  stage, history: room.history, mask: () => room.mask(), pixels: () => room.pixels(), changed: (patch) => room.changed(patch), settled: () => room.settled(),
  locked: () => room.locked() || !room.base,
});
const compare = new Compare(room);
const toolbar = new Toolbar(room, hands);
let adjust = null, fix = null;
keys(room, hands, toolbar);

const view = stage.onview;
stage.onview = () => {
  view();
  $("zoom").textContent = t("page-percent", { number: Math.round((stage.view.scale / stage.ratio) * 100) });
};
$("zoom-in").addEventListener("click", () => stage.zoom(1.25));
$("zoom-out").addEventListener("click", () => stage.zoom(0.8));
$("zoom-fit").addEventListener("click", () => stage.fit());
$("signout").addEventListener("click", () => { $("menu").hidePopover(); $("leaving").showModal(); });
$("stay").addEventListener("click", () => $("leaving").close());
$("leave").addEventListener("click", async () => {
  $("leaving").close();
  try {
    await api.signOut();
    ended(t("page-signed-out"));
  } catch (problem) { toast(problem.message, true); }
});

const tabs = [...document.querySelectorAll("[role=tab]")];
function turn(tab) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (tab.id !== "tab-adjust") adjust?.reset();
}
for (const tab of tabs) {
  tab.addEventListener("click", () => turn(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    turn(next);
    next.focus();
  });
}

room.addEventListener("selection", () => {
  const share = room.regions.reduce((sum, region) => sum + region.mask.share(), 0);
  $("coverage").textContent = !share ? (room.state.product ? t("page-product-none") : t("page-selected-none")) : share < 0.01 ? t("page-selected-least") : t("page-selected", { number: Math.round(share * 100) });
});
room.addEventListener("base", () => {
  const { base, state } = room;
  $("prompt").textContent = state.prompt;
  $("where").textContent = `${base.title} · ${base.width} × ${base.height}`;
  document.title = t("page-window", { prompt: state.prompt });
  stage.canvas.setAttribute("aria-label", t("page-picture-alt", { title: base.title, prompt: state.prompt }));
});

/** The page can do nothing more; say why, instead of leaving dead controls. */
function ended(sentence) {
  clearInterval(looking);
  stage.onview = () => {};
  document.body.replaceChildren(h("main.notice-page", {}, h("h1", {}, t("page-closed")), h("p", {}, sentence)));
  document.body.classList.add("ready");
}

const looking = setInterval(async () => {
  if (document.hidden || room.busy || !room.base) return;
  const known = room.versions.size;
  try {
    await room.refresh();
    if (room.versions.size > known) toast(t("page-new-version"));
    await fix?.resume();
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403 || problem.status === 410) ended(problem.message);
  }
}, LOOK_MS);

try {
  const state = await room.refresh();
  const product = state.product ? new ProductPanel(room) : null;
  if (!product) {
    fix = new FixPanel(room, compare);
    adjust = new AdjustPanel(room);
    new VersionsPanel(room, compare);
  }
  await room.open(state.version);
  await product?.begin();
  await fix?.resume();
  const said = new URLSearchParams(location.hash.slice(1)).get("say");
  if (said) fix?.suggest(said.slice(0, 2000));
  hands.size = Math.max(4, Math.round(Math.max(stage.size.width, stage.size.height) * 0.08));
  toolbar.refresh();
  document.body.classList.add("ready");
} catch (problem) {
  ended(problem.message);
}
