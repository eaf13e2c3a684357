// Addresses inside the page: #CHANNEL, #CHANNEL/THREAD_TS, #CHANNEL/THREAD_TS/TS and #home.

/** The hash for a place. */
export function hashOf(channel, thread = null, ts = null) {
  return `#${[channel, thread, ts].filter(Boolean).join("/")}`;
}

/** What a hash says. */
export function parse(hash) {
  const [channel, thread, ts] = hash.replace(/^#/, "").split("/");
  return { channel: channel || null, thread: thread || null, ts: ts || null };
}

/** The hash for a permalink of this workspace (/archives/C…/p…), or null for other addresses. */
export function toPlace(url) {
  const found = url.host === location.host && url.pathname.match(/^\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/);
  if (!found) return null;
  const ts = `${found[2]}.${found[3]}`;
  const thread = url.searchParams.get("thread_ts");
  return hashOf(found[1], thread ?? ts, thread ? ts : null);
}
