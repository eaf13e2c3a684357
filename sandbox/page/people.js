// Who you act as. Switching lets one person practise an approval by a teammate. Also the look: light, dark or the system's.

import { avatar } from "./avatar.js";
import { fill, h, icon } from "./dom.js";
import { menu } from "./popover.js";
import { nameOf, on, store } from "./state.js";

const KEY = "practice-person";
const LOOK = "practice-look";
const button = document.getElementById("person-button");
const ROLES = { U0ADA: "Workspace admin, London", U0BEN: "Tokyo", U0CLEO: "New York", U0GUEST: "Guest" };

/** Who to start as: what the address says, then who it was in this tab. */
export const remembered = () => new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(KEY) ?? "U0ADA";

/** Keep the choice for this tab. */
export const remember = (userId) => sessionStorage.setItem(KEY, userId);

function look(choice) {
  if (choice) localStorage.setItem(LOOK, choice);
  document.documentElement.dataset.look = localStorage.getItem(LOOK) ?? "system";
}

function draw() {
  if (!store.me) return;
  button.setAttribute("aria-label", `You act as ${nameOf(store.me.id)}. Switch person`);
  fill(button, avatar(store.me.id, "small"), h("span.person-name", {}, nameOf(store.me.id)), icon("down", 16));
}

/** Make the button in the top bar work; `onswitch(userId)` does the rest. */
export function setUpPeople(onswitch) {
  look();
  button.addEventListener("click", () => {
    const people = [...store.users.values()].filter((user) => !user.is_bot && !user.deleted && !user.is_stranger);
    const now = document.documentElement.dataset.look;
    menu(button, [
      { title: "Act as" },
      ...people.map((user) => ({ label: nameOf(user.id), detail: ROLES[user.id] ?? (user.is_admin ? "Workspace admin" : user.tz), icon: avatar(user.id, "small"), checked: user.id === store.me.id, onpick: () => user.id !== store.me.id && onswitch(user.id) })),
      "-", { title: "Look" },
      ...["system", "light", "dark"].map((choice) => ({ label: { system: "Like the system", light: "Light", dark: "Dark" }[choice], checked: choice === now, onpick: () => look(choice) })),
    ], "Person and look");
  });
}

on("people", draw);
