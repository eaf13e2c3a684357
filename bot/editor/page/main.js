// Puts the page together: one room, one stage, three panels.

import { $, dress, h, toast } from "./dom.js";
import { api } from "./api.js";
import { AdjustPanel } from "./adjustments.js";
import { Compare } from "./compare.js";
import { FixPanel } from "./fix.js";
import { keys } from "./keys.js";
import { Room } from "./room.js";
import { Stage } from "./stage.js";
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
new FixPanel(room, compare);
const adjust = new AdjustPanel(room);
new VersionsPanel(room, compare);
keys(room, hands, toolbar);

const view = stage.onview;
stage.onview = () => {
  view();
  $("zoom").textContent = `${Math.round((stage.view.scale / stage.ratio) * 100)} %`;
};
$("zoom-in").addEventListener("click", () => stage.zoom(1.25));
$("zoom-out").addEventListener("click", () => stage.zoom(0.8));
$("zoom-fit").addEventListener("click", () => stage.fit());
$("signout").addEventListener("click", async () => {
  try {
    await api.signOut();
    ended("You are signed out. All your links to the editor are void; press “Edit picture” in the thread for a new one.");
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
  if (tab.id !== "tab-adjust") adjust.reset();
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
  $("coverage").textContent = share ? `${share < 0.01 ? "less than 1" : Math.round(share * 100)} % selected` : "Paint over what should change";
});
room.addEventListener("base", () => {
  const { base, state } = room;
  $("prompt").textContent = state.prompt;
  $("where").textContent = `${base.title} · ${base.width} × ${base.height}`;
  document.title = `${state.prompt} · Draftroom editor`;
  stage.canvas.setAttribute("aria-label", `${base.title} of: ${state.prompt}`);
});

/** The page can do nothing more; say why, instead of leaving dead controls. */
function ended(sentence) {
  clearInterval(looking);
  stage.onview = () => {};
  document.body.replaceChildren(h("main.notice-page", {}, h("h1", {}, "The editor is closed"), h("p", {}, sentence)));
  document.body.classList.add("ready");
}

const looking = setInterval(async () => {
  if (document.hidden || room.busy || !room.base) return;
  const known = room.versions.size;
  try {
    await room.refresh();
    if (room.versions.size > known) toast("Somebody made a new version. It is under Versions.");
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403 || problem.status === 410) ended(problem.message);
  }
}, LOOK_MS);

try {
  const state = await room.refresh();
  await room.open(state.version);
  hands.size = Math.max(4, Math.round(Math.max(stage.size.width, stage.size.height) * 0.08));
  toolbar.refresh();
  document.body.classList.add("ready");
} catch (problem) {
  ended(problem.message);
}
