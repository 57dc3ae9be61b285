// What the address bar says: #home, #CHANNEL, #CHANNEL/p<ts> (a message), #CHANNEL/t<ts> (its thread),
// ?as=USER and ?theme=dark; and where a permalink of this Slack leads.

export const HOME = "home";

/** {conversation, message, thread} of the hash, or {home: true}; a ts may be written with or without its dot. */
export function readPlace(hash = location.hash) {
  if (hash === `#${HOME}`) return { home: true, conversation: null, message: null, thread: null };
  const found = /^#([A-Z0-9]+)(?:\/([pt])([\d.]+))?(?:\?(.*))?$/.exec(hash);
  if (!found) return { conversation: null, message: null, thread: null };
  const [, conversation, kind, ts, query] = found;
  const asked = new URLSearchParams(query ?? "").get("thread_ts");
  return {
    conversation,
    message: kind === "p" ? withDot(ts) : null,
    thread: kind === "t" ? withDot(ts) : asked && withDot(asked),
  };
}

export function placeOf(conversation, thread = null) {
  return thread ? `#${conversation}/t${thread}` : `#${conversation}`;
}

export function readQuery(name) {
  return new URLSearchParams(location.search).get(name);
}

/** Changes one part of the query in place; null takes it away. */
export function writeQuery(name, value) {
  const url = new URL(location.href);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
}

/** A permalink arrives as ?channel=…&ts=…&thread_ts=…, and ?view=home asks for Home; here they become a hash. */
export function adoptPermalink() {
  const url = new URL(location.href);
  if (url.searchParams.get("view") === HOME) {
    url.searchParams.delete("view");
    url.hash = HOME;
    history.replaceState(history.state, "", url);
    return;
  }
  const asked = Object.fromEntries(["channel", "ts", "thread_ts"].map((name) => [name, url.searchParams.get(name)]));
  if (!asked.channel || !asked.ts) return;
  for (const name of Object.keys(asked)) url.searchParams.delete(name);
  url.hash = placeOfMessage(asked.channel, asked.ts, asked.thread_ts);
  history.replaceState(history.state, "", url);
}

/** The hash for a permalink of this very Slack, which needs no new page; null for any other address. */
export function hashOfPermalink(address) {
  const url = new URL(address);
  const found = /^\/archives\/([A-Z0-9]+)\/p(\d+)$/.exec(url.pathname);
  if (url.origin !== location.origin || !found) return null;
  return placeOfMessage(found[1], withDot(found[2]), url.searchParams.get("thread_ts"));
}

function placeOfMessage(channel, ts, threadTs) {
  return `#${channel}/p${ts}${threadTs && threadTs !== ts ? `?thread_ts=${threadTs}` : ""}`;
}

function withDot(ts) {
  return ts.includes(".") || ts.length <= 10 ? ts : `${ts.slice(0, 10)}.${ts.slice(10)}`;
}
