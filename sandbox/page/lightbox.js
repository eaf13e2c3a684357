// A picture on the whole screen. Arrows walk through the pictures of the same list, Escape closes.

import { h, icon, iconButton } from "./dom.js";

/** Open a picture large; closing gives the focus back to where it came from. */
export function openLightbox({ src, alt, title, from }) {
  const list = from?.closest(".messages, .home-view, dialog");
  const all = list ? [...list.querySelectorAll("button.picture:not(.broken) > img")] : [];
  let at = all.findIndex((image) => image.closest("button") === from);
  const image = h("img", { src, alt: alt ?? "" });
  const caption = h("p.lightbox-caption", {}, alt || title || "");
  const save = h("a.icon-button", { href: src, download: title || "picture.png", "aria-label": "Download picture", title: "Download" }, icon("download"));
  const dialog = h("dialog.lightbox", { "aria-label": "Picture" });
  const close = () => dialog.close();
  const step = (by) => {
    if (all.length < 2) return;
    at = (at + by + all.length) % all.length;
    image.src = save.href = all[at].src;
    image.alt = all[at].alt;
    caption.textContent = all[at].alt;
  };
  const walk = all.length > 1
    ? [iconButton("left", "Previous picture", () => step(-1), { class: "previous" }), iconButton("right", "Next picture", () => step(1), { class: "next" })]
    : [];
  dialog.append(h("div.lightbox-bar", {}, save, iconButton("close", "Close", close)), h("div.lightbox-stage", {}, image), caption, ...walk);
  dialog.addEventListener("click", (event) => event.target.matches(".lightbox-stage, .lightbox-stage img, .lightbox") && close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    from?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
