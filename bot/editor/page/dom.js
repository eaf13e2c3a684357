// Small building blocks of the page: elements, icons, messages that go away by themselves.

const PATHS = {
  undo: "M8 5 4 9l4 4M4 9h9a6 6 0 0 1 0 12H9", redo: "m16 5 4 4-4 4M20 9h-9a6 6 0 0 0 0 12h4",
  keyboard: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M17.500 11h.01M8 14h8", door: "M14 4H6v16h8M11 12h9M17 8.500l3.500 3.500-3.500 3.500",
  minus: "M5 12h14", plus: "M5 12h14M12 5v14", eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 9.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600",
  split: "M9 7l-4 5 4 5M15 7l4 5-4 5", hand: "M8 12V5.500a1.500 1.500 0 0 1 3 0V11m0-6.500a1.500 1.500 0 0 1 3 0V11m0-5a1.500 1.500 0 0 1 3 0v7.500c0 4-2.500 7-6.500 7-3 0-4.500-1.500-6-4l-2-3.500a1.500 1.500 0 0 1 2.500-1.600L8 14",
  brush: "M14.500 4.500 19.500 9.500 11 18c-1.500 1.500-3 2-7 2 0-4 .5-5.500 2-7zM12.500 6.500l5 5", eraser: "m13 5 7 7-7.500 7.500H8L4 15.500zM8.500 9.500l7 7M12 19.500h8",
  rectangle: "M4 6h16v12H4z", lasso: "M12 4.500c5 0 8.500 2.500 8.500 6s-3.500 6-8.500 6-8.500-2.500-8.500-6 3.500-6 8.500-6ZM7 16c-1.500.5-2 2-1 3s2.500.5 2.500-1M8.500 18c0 1.500-1 2.500-2.500 2.500",
  wand: "M5 19 14 10M12 8l4 4M17 3v4M15 5h4M20 11v3M18.500 12.500h3M9 4v3M7.500 5.500h3", check: "m5 12.500 4.500 4.500L19 7.500", retry: "M19 8a8 8 0 1 0 1 6M20 3v5h-5",
  back: "M11 5 4 12l7 7M4 12h16", trash: "M5 7h14M9 7V4.500h6V7M7 7l1 13h8l1-13", invert: "M12 3.500a8.500 8.500 0 1 1 0 17zM12 3.500a8.500 8.500 0 1 0 0 17",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  stop: "M7 7h10v10H7z",
  sparkle: "M12 3.500 14 10l6.500 2-6.500 2-2 6.500-2-6.500-6.500-2 6.500-2z", lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
};

/** An SVG icon by name. */
export function icon(name, size = 20) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** An element: h("button.button.primary", {type: "button", onclick}, children…). Texts are never read as markup. */
export function h(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const $ = (id) => document.getElementById(id);

/** Put the icons where the page asks for them. */
export function dress(root) {
  for (const node of root.querySelectorAll("[data-icon]")) if (!node.querySelector("svg")) node.prepend(icon(node.dataset.icon));
}

/** Say something at the edge of the page; a problem stays longer. */
export function toast(sentence, problem = false) {
  const node = h(`p.toast${problem ? ".problem" : ""}`, problem ? { role: "alert" } : {}, sentence);
  $("toasts").append(node);
  setTimeout(() => node.remove(), problem ? 12_000 : 4_500);
}

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
