// A list of messages that changes while it is read: only what changed is drawn anew, the focus stays
// where it was, and the end stays in sight if it was.

import { h } from "./dom.js";
import { dayOf } from "./dates.js";
import { rememberFocus } from "./focus.js";
import { keyOf, showMessage } from "./message.js";

const NEAR_END = 48;      // pixels

export class MessageList {
  #shown = new Map();      // key -> {element, signature}
  #room = null;

  #wasAtEnd = true;

  /** `log` is the element that scrolls, `jump` a button that leads to what is new below it. */
  constructor(log, jump) {
    this.log = log;
    this.jump = jump;
    jump.addEventListener("click", () => { this.#toEnd(); log.focus({ preventScroll: true }); });
    new ResizeObserver(() => this.#wasAtEnd && this.#toEnd()).observe(log);
    log.addEventListener("scroll", () => this.#noteEnd(), { passive: true });
  }

  /** Begins an empty list for `room` (see message.js). */
  begin(room) {
    this.#room = { ...room, find: (key) => this.#shown.get(key)?.element.querySelector(".content") ?? this.log };
    this.#shown.clear();
    this.log.replaceChildren();
    this.#wasAtEnd = true;
    this.jump.hidden = true;
  }

  /** Shows exactly `messages`, oldest first. */
  update(messages) {
    const wanted = messages.length ? withDays(messages) : [{ key: "empty", signature: "", draw: nothingYet }];
    const hadFocus = this.log.contains(document.activeElement);
    const kept = new Set(wanted.map(({ key }) => key));
    const grew = this.#shown.size > 0 && !this.#shown.has(wanted[wanted.length - 1].key);
    for (const [key, { element }] of this.#shown) {
      if (!kept.has(key)) { element.remove(); this.#shown.delete(key); }
    }
    wanted.reduce((before, entry) => this.#put(entry, before), null);
    if (hadFocus && !this.log.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    if (this.#wasAtEnd) this.#toEnd();
    else if (grew) this.jump.hidden = false;
  }

  /** Brings a message into sight and marks it. False if it is not in the list. */
  reveal(ts) {
    const element = this.#shown.get(ts)?.element;
    if (!element) return false;
    this.log.querySelector(".linked")?.classList.remove("linked");
    element.classList.add("linked");
    element.scrollIntoView({ block: "start" });
    element.focus({ preventScroll: true });
    this.#noteEnd();
    return true;
  }

  /** Goes to the end and stays there: who says something wants to see what comes of it. */
  follow() {
    this.#wasAtEnd = true;
    this.jump.hidden = true;
    this.#toEnd();
  }

  #put(entry, before) {
    const element = this.#elementFor(entry);
    const place = before ? before.nextSibling : this.log.firstChild;
    if (place !== element) this.log.insertBefore(element, place);
    return element;
  }

  #elementFor({ key, signature, message, draw }) {
    const shown = this.#shown.get(key);
    if (shown?.signature === signature) return shown.element;
    const element = message ? showMessage(message, this.#room) : draw();
    if (shown) this.#replace(shown.element, element);
    this.#shown.set(key, { element, signature });
    return element;
  }

  #replace(old, element) {
    if (old.classList.contains("linked")) element.classList.add("linked");
    const giveBack = rememberFocus(old);
    old.replaceWith(element);
    giveBack(element, element);
  }

  #noteEnd() {
    this.#wasAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
    if (this.#wasAtEnd) this.jump.hidden = true;
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

/** Messages with a divider before the first of each day. */
function withDays(messages) {
  const entries = [];
  let day = null;
  for (const message of messages) {
    const { key, words } = dayOf(message.ts);
    if (key !== day) entries.push({ key: `day:${key}`, signature: words, draw: () => dayDivider(words) });
    day = key;
    // The day of drawing belongs to it: "today" in a card is another word tomorrow.
    const signature = `${JSON.stringify(message)}|${new Date().toDateString()}`;
    entries.push({ key: keyOf(message), signature, message });
  }
  return entries;
}

function dayDivider(words) {
  return h("div", { class: "day", role: "separator", "aria-label": words }, h("span", {}, words));
}

function nothingYet() {
  return h("p", { class: "empty" }, "Nothing here yet.");
}
