// The modal of the person at the page: drawn from the server's view, redrawn when it changes, keeping
// what was typed and where the keyboard is.

import { h, fill } from "./dom.js";
import { clearFailure, makeAct, showFailure } from "./act.js";
import { showBlocks } from "./blocks.js";
import { dismissConfirm } from "./confirm.js";
import { restoreValues, showProblem, valuesOf } from "./fields.js";
import { keepFocusIn, rememberFocus, rememberPlace, updateReach } from "./focus.js";
import { appIcon, icon } from "./icons.js";
import { closeMenu } from "./menu.js";
import { plainText } from "./text.js";

export class Modal {
  #layer = document.getElementById("modal-layer");
  #drafts = new Map();     // view id -> values, for a person who comes back to an open form
  #open = null;            // {view, signature, form, fields, server, directory, endTrap, giveBack}

  /** `changed()` re-reads the state: after a submission the server knows what is shown next. */
  constructor({ changed }) {
    this.changed = changed;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#open && !this.#layer.inert) this.#close();
    });
  }

  /** Shows `view` of the person of `server`, or nothing for null. */
  show(view, server, directory) {
    if (!view) return this.hide();
    const signature = `${view.id} ${view.hash}`;
    if (this.#open?.signature === signature) return undefined;
    const sameView = this.#open?.view.id === view.id;
    const values = sameView ? valuesOf(this.#open.fields) : this.#drafts.get(view.id) ?? view.state?.values;
    const giveBackFocus = sameView ? rememberFocus(this.#open.form) : null;
    const kept = this.#open ?? { giveBack: rememberPlace(), endTrap: this.#trap() };
    closeMenu();
    this.#open = { ...kept, view, signature, server, directory, fields: [] };
    this.#draw(values);
    if (sameView) giveBackFocus(this.#open.form, this.#firstStop());
    else this.#firstStop().focus({ preventScroll: true });
    return undefined;
  }

  /** Takes it off the page; with `keepDraft` what was typed waits for the person to come back. */
  hide({ keepDraft = false } = {}) {
    if (!this.#open) return;
    const { view, fields, endTrap, giveBack } = this.#open;
    dismissConfirm();
    if (keepDraft) this.#drafts.set(view.id, valuesOf(fields));
    else this.#drafts.delete(view.id);
    const hadFocus = this.#layer.contains(document.activeElement) || document.activeElement === document.body;
    endTrap();
    this.#open = null;
    fill(this.#layer);
    updateReach();
    if (hadFocus) giveBack();
  }

  #trap() {
    return keepFocusIn(["top-bar", "faults"].map((id) => document.getElementById(id)).concat(this.#layer));
  }

  #draw(values) {
    const open = this.#open;
    open.form = this.#form(open.view, open);
    restoreValues(open.fields, values);
    const veil = this.#layer.firstElementChild;
    if (veil) fill(veil, open.form);
    else fill(this.#layer, h("div", { class: "veil" }, open.form));
    updateReach();
  }

  #form(view, { fields, directory, server }) {
    const act = makeAct({
      directory, place: () => this.#open?.form ?? form,
      send: (click) => server.click({ view_id: view.id, values: valuesOf(fields), ...click }),
    });
    const form = h("form", {
      class: "dialog modal", role: "dialog", "aria-labelledby": "modal-title", tabindex: -1, novalidate: true,
      dataset: { viewId: view.id },
      on: { submit: (event) => { event.preventDefault(); this.#submit(); } },
    },
    h("header", {},
      h("span", { class: "avatar app" }, appIcon()),
      h("h2", { id: "modal-title" }, plainText(view.title)),
      h("button", {
        type: "button", class: "close", "aria-label": "Close", dataset: { keep: "x" },
        on: { click: () => this.#close({ all: true }) },
      }, icon("close"))),
    h("div", { class: "dialog-body" }, showBlocks(view.blocks, { directory, act, fields })),
    h("footer", {}, this.#footer(view)));
    return form;
  }

  #footer(view) {
    return [
      h("button", { type: "button", class: "button", dataset: { keep: "close" }, on: { click: () => this.#close() } },
        view.close ? plainText(view.close) : "Cancel"),
      view.submit && h("button", { type: "submit", class: "button go", dataset: { keep: "submit" } },
        plainText(view.submit)),
    ];
  }

  /** Where the keyboard starts: the field that asks for it, else the first, else the dialog itself. */
  #firstStop() {
    const { fields, form } = this.#open;
    const first = fields.find((field) => field.wantsFocus) ?? fields.find((field) => field.isInput);
    return first?.input.target ?? form;
  }

  async #submit() {
    const { view, form, fields, server } = this.#open;
    const button = form.querySelector("[data-keep=submit]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    clearFailure(form);
    button.setAttribute("aria-busy", "true");
    const answer = await server.submit(view.id, valuesOf(fields));
    button.removeAttribute("aria-busy");
    if (this.#open?.form !== form) return;
    if (!answer.ok) showFailure(form, answer.error);
    else if (answer.response_action === "errors") this.#showProblems(answer.errors);
    else await this.changed();
  }

  /** Shows each problem at its field and goes to the first. */
  #showProblems(problems) {
    const inputs = this.#open.fields.filter((field) => field.isInput);
    for (const field of inputs) showProblem(field, problems[field.blockId] ?? null);
    const first = inputs.find((field) => problems[field.blockId]);
    first?.input.target.focus();
  }

  /** Closes the view on top; with `all` also those it lies on. */
  async #close({ all = false } = {}) {
    const { view, server, form } = this.#open;
    const answer = await server.closeView(view.id, all);
    if (this.#open?.view.id !== view.id) return;
    if (!answer.ok) showFailure(form, answer.error);
    else await this.changed();
  }
}
