// The question before a press counts.

import { h, fill } from "./dom.js";
import { icon } from "./icons.js";
import { keepFocusIn, updateReach } from "./focus.js";
import { plainText, textObject } from "./text.js";

let answerOpen = null;

/** Asks a Block Kit confirm object. True for yes; false for no, Escape, or when somebody else takes over the page. */
export function askConfirm(confirm, directory) {
  dismissConfirm();
  return new Promise((resolve) => {
    const layer = document.getElementById("confirm-layer");
    const answer = (yes) => {
      endTrap();
      document.removeEventListener("keydown", onKey, true);
      fill(layer);
      updateReach();
      answerOpen = null;
      resolve(yes);
    };
    const onKey = (event) => {
      if (event.key === "Escape") { event.stopImmediatePropagation(); answer(false); }
    };
    const dialog = confirmDialog(confirm, directory, answer);
    fill(layer, h("div", { class: "veil confirm-veil" }, dialog));
    updateReach();
    const endTrap = keepFocusIn([document.getElementById("top-bar"), layer]);
    document.addEventListener("keydown", onKey, true);
    answerOpen = answer;
    dialog.querySelector("[data-answer=no]").focus();
  });
}

/** Takes an open question away; it counts as no. */
export function dismissConfirm() {
  answerOpen?.(false);
}

function confirmDialog(confirm, directory, answer) {
  const says = (yes) => ({ type: "button", on: { click: () => answer(yes) } });
  const yesStyle = confirm.style === "danger" ? "stop" : "go";
  return h("div", {
    class: "dialog confirm", role: "alertdialog",
    "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text",
  },
  h("header", {}, h("h2", { id: "confirm-title" }, plainText(confirm.title)),
    h("button", { ...says(false), class: "close", "aria-label": "Close" }, icon("close"))),
  h("div", { class: "dialog-body text", id: "confirm-text" }, textObject(confirm.text, directory)),
  h("footer", {},
    h("button", { ...says(false), class: "button", dataset: { answer: "no" } }, plainText(confirm.deny)),
    h("button", { ...says(true), class: `button ${yesStyle}`, dataset: { answer: "yes" } },
      plainText(confirm.confirm))));
}
