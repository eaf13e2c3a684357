// Times as people read them, in the browser's own time zone.

import { h } from "./dom.js";

const date = (ts) => new Date(Number(ts) * 1000);
const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });
const FULL = format({ weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

const clock = (ts) => CLOCK.format(date(ts));
export const full = (ts) => FULL.format(date(ts));
export const dayKey = (ts) => date(ts).toDateString();

/** Today, Yesterday, or Monday, 23 November. */
export function dayName(ts) {
  const now = new Date();
  if (dayKey(ts) === now.toDateString()) return "Today";
  now.setDate(now.getDate() - 1);
  return dayKey(ts) === now.toDateString() ? "Yesterday" : DAY.format(date(ts));
}

/** A time that is a link to its message. */
export const stamp = (ts, href) => h("a.stamp", { href, title: full(ts) }, h("time", { datetime: date(ts).toISOString() }, clock(ts)));

/** 2 minutes ago, for the line under a message with answers. */
export function ago(ts) {
  const seconds = Date.now() / 1000 - Number(ts);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return dayKey(ts) === new Date().toDateString() ? `today at ${clock(ts)}` : `${dayName(ts)} at ${clock(ts)}`;
}

const FORMS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** <!date^timestamp^{date} at {time}^link|fallback> as a node. */
export function dateToken(target, fallback) {
  const [, seconds, pattern = "", href] = target.split("^");
  if (!Number.isFinite(Number(seconds))) return document.createTextNode(fallback);
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    const pretty = name.endsWith("_pretty");
    const near = pretty && ["Today", "Yesterday"].includes(dayName(seconds)) ? dayName(seconds).toLowerCase() : null;
    if (name === "ago") return ago(seconds);
    const form = FORMS[name.replace("_pretty", "")];
    return near ?? (form ? format(form).format(date(seconds)) : whole);
  });
  const node = h("time", { datetime: date(seconds).toISOString(), title: full(seconds) }, text || fallback);
  const safe = href && /^https?:\/\//.test(href);
  return safe ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, node) : node;
}
