// What the page knows: people, channels, messages, where we are. Announces changes; knows no DOM and no network.

const listeners = new Map();

export const store = {
  me: null,
  team: null,
  users: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  bot: {},
  botOnline: false,
  place: null, // a channel id or "home"
  thread: null, // ts of the open thread's first message
  unread: new Map(), // channel id → number of mentions among what was not seen
  home: null,
  messages: new Map(), // channel id → Map(ts → message)
  threads: new Map(), // thread ts → Map(ts → message)
  picked: new Map(), // ts → {block_id: {action_id: state}}, what I ticked in messages
};

/** Call `listener` whenever `name` is announced. */
export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(listener);
}

/** Announce that `name` changed. */
export function tell(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

/** Take over the answer of /ui/api/state. */
export function load(given) {
  const users = new Map(given.users.map((user) => [user.id, user]));
  const me = typeof given.me === "string" ? users.get(given.me) : given.me;
  Object.assign(store, { users, me, team: given.team, commands: given.commands ?? [], shortcuts: given.shortcuts ?? [] });
  store.channels = new Map(given.channels.map((channel) => [channel.id, channel]));
  store.bot = given.bot ?? {};
  store.botOnline = Boolean(store.bot.connected ?? store.bot.online);
  tell("people");
  tell("channels");
  tell("bot");
}

export const botUser = () =>
  store.users.get(store.bot.user_id ?? store.bot.user) ?? [...store.users.values()].find((user) => user.is_bot);

/** Remember what I ticked in a message, so that it stands there when the message is drawn anew. */
export function pick(ts, blockId, actionId, state) {
  const values = store.picked.get(ts) ?? {};
  store.picked.set(ts, { ...values, [blockId]: { ...values[blockId], [actionId]: state } });
}

/** A person's name as shown beside messages. */
export function nameOf(userId) {
  const user = store.users.get(userId);
  return user?.real_name || user?.profile?.real_name || user?.name || userId || "Someone";
}

/** Whether a message belongs into the channel itself, not only into a thread. */
export const isTop = (message) =>
  !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";

/** The messages of a channel, oldest first; undefined before they were fetched. */
export const ordered = (map) => map && [...map.values()].sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));

function put(message, channel) {
  if (isTop(message)) store.messages.get(channel)?.set(message.ts, message);
  const root = message.thread_ts ?? message.ts;
  const thread = store.threads.get(root);
  if (thread && (message.thread_ts || message.ts === root)) thread.set(message.ts, message);
}

function countReply(reply, channel, by) {
  const parent = store.messages.get(channel)?.get(reply.thread_ts);
  if (!parent || reply.ephemeral_for) return;
  if (by > 0 && parent.latest_reply && reply.ts <= parent.latest_reply) return;
  const count = Math.max(0, (parent.reply_count ?? 0) + by);
  const users = by > 0 ? [...new Set([...(parent.reply_users ?? []), reply.user])] : parent.reply_users;
  const latest = by > 0 ? reply.ts : parent.latest_reply;
  put({ ...parent, reply_count: count, reply_users: users, latest_reply: latest }, channel);
  tell("message", { channel, ts: parent.ts });
}

/** Apply one update of the live feed. Returns the message when it is new and from somebody else. */
export function apply(update) {
  const { type, channel } = update;
  let message = update.message;
  if (type === "message" || type === "ephemeral") {
    const inThread = message.thread_ts && message.thread_ts !== message.ts;
    if (inThread) countReply(message, channel, 1);
    put(message, channel);
    tell("message", { channel, ts: message.ts, thread: message.thread_ts, fresh: true });
    return message.user === store.me.id ? null : message;
  }
  if (type === "message_changed" || type === "reaction") {
    message ??= withReaction(update);
    if (!message) return null;
    const before = store.messages.get(channel)?.get(message.ts);
    if (before?.reply_count && message.reply_count === undefined)
      message = { ...message, reply_count: before.reply_count, reply_users: before.reply_users, latest_reply: before.latest_reply };
    put(message, channel);
    tell("message", { channel, ts: message.ts, thread: message.thread_ts });
  } else if (type === "message_deleted") {
    const ts = update.ts ?? update.deleted_ts;
    if (update.thread_ts && update.thread_ts !== ts) countReply({ ...update, ts }, channel, -1);
    store.messages.get(channel)?.delete(ts);
    for (const thread of store.threads.values()) thread.delete(ts);
    tell("message", { channel, ts, thread: update.thread_ts, gone: true });
  }
  return null;
}

function withReaction({ channel, ts, user, reaction, added }) {
  let old = store.messages.get(channel)?.get(ts);
  for (const thread of store.threads.values()) old ??= thread.get(ts);
  if (!old) return null;
  const reactions = (old.reactions ?? []).map((entry) => ({ ...entry, users: entry.users.filter((id) => entry.name !== reaction || id !== user) }));
  if (added) {
    const entry = reactions.find((one) => one.name === reaction);
    if (entry) entry.users.push(user);
    else reactions.push({ name: reaction, users: [user] });
  }
  return { ...old, reactions: reactions.filter((entry) => entry.users.length).map((entry) => ({ ...entry, count: entry.users.length })) };
}
