// A column with a title, messages and a composer: a conversation, or a thread beside it.

import { h, fill } from "./dom.js";
import { composer } from "./composer.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

/** A count on the button that leads to the conversations. */
export function keepBadge(button, count) {
  fill(button, icon("menu"), count ? h("span", { class: "count" }, String(count)) : null);
  button.setAttribute("aria-label", count ? `Conversations, ${count} unread` : "Conversations");
}

export class Pane {
  #list;
  #parts;

  /** `level` is the level of its heading; `button` = {icon, label, className, press} leads out of it. */
  constructor(root, { level, button }) {
    this.root = root;
    const log = h("div", { class: "log", role: "log", tabindex: 0 });
    this.#parts = {
      leave: h("button", {
        type: "button", class: `leave ${button.className}`, "aria-label": button.label, on: { click: button.press },
      }, icon(button.icon)),
      title: h(`h${level}`), subtitle: h("small"), note: h("p", { class: "note", hidden: true }), log,
      composer: h("div", { class: "composer-place" }),
    };
    const { leave, title, subtitle, note, composer: place } = this.#parts;
    const jump = h("button", { type: "button", class: "jump", hidden: true }, "New messages below");
    fill(root, h("header", { class: "bar" }, leave, title, subtitle), note, log,
      h("div", { class: "below" }, jump, place));
    this.#list = new MessageList(log, jump);
  }

  /** Begins a conversation or thread; its messages come with `update`. */
  open({ key, title, logLabel, composerLabel, send, commands = [], ...room }) {
    fill(this.#parts.title, title);
    fill(this.#parts.subtitle);
    this.#parts.log.setAttribute("aria-label", logLabel);
    const say = (text) => { this.#list.follow(); return send(text); };
    fill(this.#parts.composer, composer({ key, label: composerLabel, send: say, commands }));
    this.#list.begin(room);
  }

  /** Nothing is open: only a sentence. */
  close(title) {
    fill(this.#parts.title, title);
    fill(this.#parts.subtitle);
    fill(this.#parts.composer);
    fill(this.#parts.log);
  }

  /** A strip below the title, or none for null. */
  set note(words) {
    fill(this.#parts.note, words);
    this.#parts.note.hidden = !words;
  }

  set subtitle(words) {
    fill(this.#parts.subtitle, words);
  }

  /** A count on the button that leads out, or null for none. */
  set badge(count) {
    keepBadge(this.#parts.leave, count);
  }

  update(messages) {
    this.#list.update(messages);
  }

  reveal(ts) {
    return this.#list.reveal(ts);
  }

  focusComposer() {
    this.#parts.composer.querySelector("textarea")?.focus();
  }
}
