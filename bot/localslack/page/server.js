// The page's side of the wire: every call is made as one person and answers an object, also when
// the server is away.

const AWAY = { ok: false, error: "That did not work. The practice workspace does not answer." };

/** Who and what there is. Asked for as `person`, it counts as a reload: their private messages are gone. */
export function getWorkspace(person) {
  return get("workspace", person ? { as: person } : {});
}

export class Server {
  /** All calls are made as `person`, a Slack user id. */
  constructor(person) {
    this.person = person;
  }

  state() {
    return get("state", { as: this.person });
  }

  messages(channel) {
    return get("messages", { as: this.person, channel });
  }

  replies(channel, threadTs) {
    return get("messages", { as: this.person, channel, thread_ts: threadTs });
  }

  click(click) {
    return this.#post("click", click);
  }

  submit(viewId, values) {
    return this.#post("submit", { view_id: viewId, values });
  }

  closeView(viewId, clear) {
    return this.#post("close", { view_id: viewId, clear });
  }

  /** Sends what was typed, a message or a slash command: nothing in it is markup. */
  write(channel, text, threadTs) {
    return this.#post("message", { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
  }

  markRead(channel) {
    return this.#post("read", { channel });
  }

  /** Opens the app's Home, or with "messages" its direct messages: the app hears of it. */
  openHome(tab) {
    return this.#post("home", { tab });
  }

  faults() {
    return get("faults", {});
  }

  wire() {
    return get("wire", {});
  }

  /** Turns a switch of the faults, or does what happens at once. */
  turn(name, on) {
    return this.#post("fault", { name, on });
  }

  get eventsAddress() {
    return address("events", { as: this.person });
  }

  async #post(name, body) {
    return answerOf(fetch(address(name, {}), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: this.person, ...body }),
    }));
  }
}

function address(name, query) {
  const url = new URL(`page/${name}`, location.origin + location.pathname);
  url.search = new URLSearchParams(query).toString();
  return url;
}

function get(name, query) {
  return answerOf(fetch(address(name, query), { cache: "no-store" }));
}

/** The answer, or an object with `ok: false` and a sentence. */
async function answerOf(pending) {
  try {
    const response = await pending;
    const answer = await response.json();
    return response.ok ? answer : { ...AWAY, ...answer, ok: false };
  } catch {
    return AWAY;
  }
}
