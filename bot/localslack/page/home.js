// What the app shows on the Home of the person at the page: drawn from the published view, redrawn when it
// changes, keeping what was typed and where the keyboard is.

import { h, fill } from "./dom.js";
import { makeAct } from "./act.js";
import { showBlocks } from "./blocks.js";
import { restoreValues, valuesOf } from "./fields.js";
import { rememberFocus } from "./focus.js";
import { icon } from "./icons.js";
import { keepBadge } from "./pane.js";

export class Home {
  #shown = null;           // {signature, viewId, fields}
  #leave;
  #title = h("h1");
  #body = h("div", { class: "home-body", tabindex: 0, role: "region", "aria-label": "Home" });

  /** `toList()` leads to the conversations, on a phone. */
  constructor(root, { toList }) {
    this.root = root;
    this.#leave = h("button", {
      type: "button", class: "leave to-list", "aria-label": "Conversations", on: { click: toList },
    }, icon("menu"));
    fill(root, h("header", { class: "bar" }, this.#leave, this.#title, h("small", {}, "Home")), this.#body);
  }

  set badge(count) {
    keepBadge(this.#leave, count);
  }

  /** Shows `view` of the person of `server`; for null, that there is nothing yet. */
  show(view, server, directory) {
    const name = directory.workspace.bot.name;
    fill(this.#title, name);
    const signature = `${server.person} ${view?.id} ${view?.hash}`;
    if (this.#shown?.signature === signature) return;
    if (view) this.#draw(view, signature, server, directory);
    else this.#drawNothing(signature, `${name} shows nothing here yet.`);
  }

  #drawNothing(signature, words) {
    this.#shown = { signature, viewId: null, fields: [] };
    fill(this.#body, h("p", { class: "empty" }, words));
  }

  #draw(view, signature, server, directory) {
    const isSame = this.#shown?.viewId === view.id;
    const values = isSame ? valuesOf(this.#shown.fields) : view.state?.values;
    const giveBack = rememberFocus(this.#body);
    const fields = [];
    const act = makeAct({
      directory, place: () => this.#body,
      send: (click) => server.click({ view_id: view.id, values: valuesOf(fields), ...click }),
    });
    this.#shown = { signature, viewId: view.id, fields };
    fill(this.#body, h("div", { class: "body", dataset: { viewId: view.id } },
      showBlocks(view.blocks, { directory, act, fields })));
    restoreValues(fields, values);
    giveBack(this.#body, this.#body);
    if (!isSame) this.#body.scrollTop = 0;
  }
}
