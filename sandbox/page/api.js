// Talks to the workspace's people API and its live feed. Knows nothing of the page.

/** A refusal of the workspace; `code` is its error name. */
export class Refused extends Error {
  constructor(code, body = {}) {
    super(code);
    this.code = code;
    this.body = body;
  }
}

let person = "";

/** Act as this person from now on. */
export function actAs(userId) {
  person = userId;
}

async function call(method, path, body) {
  const init = { method, headers: { "X-Practice-User": person } };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/ui/api/${path}`, init);
  } catch {
    throw new Refused("unreachable");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.ok === false) throw new Refused(answer.error || `http_${response.status}`, answer);
  return answer;
}

const query = (params) => new URLSearchParams(Object.entries(params).filter(([, v]) => v)).toString();

export const state = () => call("GET", "state");
export const messages = (channel, threadTs) => call("GET", `messages?${query({ channel, thread_ts: threadTs })}`);
export const post = (channel, text, threadTs, broadcast = false) => call("POST", "messages", { channel, text, thread_ts: threadTs, broadcast });
export const command = (channel, name, text) => call("POST", "commands", { channel, command: name, text });
export const react = (channel, ts, name, action) => call("POST", "reactions", { channel, ts, name, action });
export const submitView = (id, values) => call("POST", `views/${id}/submit`, { values });
export const closeView = (id) => call("POST", `views/${id}/close`, {});
export const shortcut = (channel, ts, callbackId) => call("POST", "shortcuts", { channel, ts, callback_id: callbackId });
export const home = () => call("POST", "home", {});
export const openView = () => call("GET", "views");

const used = new Map(); // a message's ts or a view's id → the last call about it

/** Use an element. What is used in one message or view is told in the order in which it was used. */
export function action(given) {
  const place = given.view_id ?? given.message_ts;
  const turn = (used.get(place) ?? Promise.resolve()).catch(() => {}).then(() => call("POST", "actions", given));
  used.set(place, turn);
  return turn;
}

/** Send files with an optional text as one message. */
export function upload(channel, files, text, threadTs, broadcast = false) {
  const form = new FormData();
  form.append("channel", channel);
  if (threadTs) form.append("thread_ts", threadTs);
  if (text) form.append("text", text);
  if (broadcast) form.append("broadcast", "true");
  for (const file of files) form.append("file", file, file.name || "pasted-picture.png");
  return call("POST", "files", form);
}

/** Store a file as one's own without posting it; a form takes it by its id. */
export async function storeFile(file) {
  const form = new FormData();
  form.append("file", file, file.name || "pasted-picture.png");
  return (await call("POST", "files", form)).files[0];
}

/** The address of a file's bytes. */
export const fileUrl = (id, name = "picture") => `/ui/files/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

/** Follow the live feed; reconnects by itself. Returns a function that stops it. */
export function follow(userId, { onUpdate, onUp, onDown }) {
  let socket;
  let stopped = false;
  let wait = 400;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ui/ws?user=${encodeURIComponent(userId)}`);
    socket.onopen = () => {
      wait = 400;
      onUp();
    };
    socket.onmessage = (event) => onUpdate(JSON.parse(event.data));
    socket.onclose = () => {
      if (stopped) return;
      onDown();
      setTimeout(() => stopped || open(), wait);
      wait = Math.min(wait * 1.8, 6000);
    };
  };
  open();
  return () => {
    stopped = true;
    socket.close();
  };
}
