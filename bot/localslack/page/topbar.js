// Our own bar above the practice Slack: its name, who I am, light or dark.

import { h, fill } from "./dom.js";
import { readQuery, writeQuery } from "./address.js";
import { icon } from "./icons.js";

const REMEMBERED = "practice-theme";

/** Draws the bar; `become(person id)` is called when I switch. */
export function showTopBar(root, { workspace, directory, me, become }) {
  const people = directory.members.map((person) => h("button", {
    type: "button", "aria-pressed": String(person.id === me), dataset: { person: person.id },
    on: { click: () => become(person.id) },
  }, directory.shortName(person.id)));
  fill(root,
    h("b", { class: "workspace-name" }, workspace.name),
    h("span", { id: "i-am" }, "I am"),
    h("div", { class: "people-switch", role: "group", "aria-labelledby": "i-am" }, people),
    h("span", { class: "grow" }),
    themeButton());
}

/** Marks who I am now, without moving the focus. */
export function markPerson(root, me) {
  for (const button of root.querySelectorAll("[data-person]")) {
    button.setAttribute("aria-pressed", String(button.dataset.person === me));
  }
}

/** The theme of the address, else the one chosen last, else what the system likes. */
export function applyTheme() {
  const asked = readQuery("theme") ?? remembered();
  const dark = asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function themeButton() {
  const isDark = () => document.documentElement.dataset.theme === "dark";
  const button = h("button", {
    type: "button", class: "theme", "aria-pressed": String(isDark()), "aria-label": "Dark", on: { click: () => turn() },
  }, icon("half"), h("span", {}, "Dark"));
  const turn = () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    button.setAttribute("aria-pressed", String(isDark()));
    remember(next);
    writeQuery("theme", null);
  };
  return button;
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;      // a browser that keeps nothing: the theme is simply not remembered
  }
}

function remember(theme) {
  try {
    localStorage.setItem(REMEMBERED, theme);
  } catch {
    // as above
  }
}
