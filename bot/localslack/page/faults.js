// The panel of trouble one can make: switches in plain sentences, and the last calls on the wire below.

import { h, fill } from "./dom.js";
import { secondOf } from "./dates.js";
import { icon } from "./icons.js";

const LOOK_AGAIN = 1000;      // milliseconds, while it is open

export class FaultsPanel {
  #state = { switches: [], at_once: [], planned: [], on: 0, is_down: false, sockets: null };
  #signature = "";
  #timer = null;
  #body = h("div", { class: "faults-body" });
  #wire = h("ol", { class: "wire" });

  /** `server()` is the page's side of the wire now; `changed(state)` is told how much is on, and whether it is open. */
  constructor(root, { server, changed }) {
    Object.assign(this, { root, server, changed });
    this.leave = h("button", {
      type: "button", class: "leave from-thread", "aria-label": "Close faults", on: { click: () => this.toggle() },
    }, icon("close"));
    fill(root,
      h("header", { class: "bar" }, this.leave, h("h2", {}, "Faults")),
      h("div", { class: "faults-scroll", tabindex: 0, role: "region", "aria-label": "Switches and calls" }, this.#body,
        h("h3", {}, "Last on the wire"), this.#wire));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle();
    });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  get isDown() {
    return this.#state.is_down;
  }

  toggle() {
    this.root.hidden = this.isOpen;
    document.body.classList.toggle("with-faults", this.isOpen);
    clearInterval(this.#timer);
    if (this.isOpen) {
      this.#timer = setInterval(() => document.hidden || this.read(), LOOK_AGAIN);
      this.read();
      this.leave.focus({ preventScroll: true });
    } else {
      document.getElementById("faults-button")?.focus({ preventScroll: true });
    }
    this.#tell();
  }

  /** Reads again what is on and, while open, what went over the wire. */
  async read() {
    this.#show(await this.server().faults());
    if (!this.isOpen) return;
    const { calls } = await this.server().wire();
    if (calls) fill(this.#wire, calls.map(wireLine));
  }

  #show(state) {
    if (!state.switches) return;
    this.#state = state;
    const signature = JSON.stringify([state.switches, state.at_once, state.planned, state.sockets]);
    if (signature !== this.#signature) this.#draw();
    this.#signature = signature;
    this.#tell();
  }

  #tell() {
    this.changed({ on: this.#state.on, isDown: this.#state.is_down, isOpen: this.isOpen });
  }

  #draw() {
    const { switches, at_once: atOnce, planned, sockets } = this.#state;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.dataset.fault : null;
    fill(this.#body,
      h("p", { class: "hint" }, "Make this Slack misbehave and watch what the app does."),
      switches.map((one) => this.#switch(one)),
      atOnce.length > 0 && h("div", { class: "actions" }, atOnce.map((one) => this.#button(one))),
      sockets !== null && h("p", { class: "hint" }, `The app has ${counted(sockets, "socket")} open.`),
      planned.length > 0 && h("p", { class: "hint" }, `Planned: ${planned.join("; ")}.`));
    if (focused) this.#body.querySelector(`[data-fault="${focused}"]`)?.focus({ preventScroll: true });
  }

  #switch({ name, says, on }) {
    const box = h("input", {
      type: "checkbox", dataset: { fault: name }, on: { change: () => this.#turn(name, box.checked) },
    });
    box.checked = on;
    return h("label", { class: "option" }, box, h("span", {}, says));
  }

  #button({ name, says }) {
    return h("button", {
      type: "button", class: "button", dataset: { fault: name }, on: { click: () => this.#turn(name, true) },
    }, says);
  }

  async #turn(name, on) {
    this.#signature = "";
    this.#show(await this.server().turn(name, on));
  }
}

function wireLine({ at, method, outcome }) {
  const isBad = !["ok", "open", "200", "…"].includes(outcome);
  return h("li", { class: isBad ? "bad" : null }, `${secondOf(at)} ${method} `, h("b", {}, outcome));
}

function counted(number, noun) {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
