// Our own bar above the practice Slack: its name, who I am, light or dark, and how many faults are on.

import { h, fill } from "./dom.js";
import { readQuery, writeQuery } from "./address.js";
import { icon } from "./icons.js";

const REMEMBERED = "practice-theme";

/** Draws the bar; `become(person id)` is called when I switch, `toggleFaults()` when the panel is wanted. */
export function showTopBar(root, { workspace, directory, me, become, toggleFaults }) {
  const people = directory.members.map((person) => h("button", {
    type: "button", "aria-pressed": String(person.id === me), dataset: { person: person.id },
    on: { click: () => become(person.id) },
  }, directory.shortName(person.id), standingOf(person.id, directory)));
  fill(root,
    h("b", { class: "workspace-name" }, workspace.name),
    h("span", { id: "i-am" }, "I am"),
    h("div", { class: "people-switch", role: "group", "aria-labelledby": "i-am" }, people),
    h("span", { class: "grow" }),
    themeButton(),
    h("button", {
      type: "button", id: "faults-button", class: "faults-button", "aria-controls": "faults", "aria-expanded": "false",
      on: { click: toggleFaults },
    }, "Faults"));
}

function standingOf(person, directory) {
  const standing = directory.standing(person);
  return standing && h("small", { class: "standing" }, ` ${standing}`);
}

/** Says how many faults are on, and whether the panel is open. */
export function markFaults(root, { on, isOpen }) {
  const button = root.querySelector("#faults-button");
  if (!button) return;
  fill(button, on ? `Faults: ${on} on` : "Faults");
  button.classList.toggle("on", on > 0);
  button.setAttribute("aria-expanded", String(isOpen));
}

/** Marks who I am now, without moving the focus. */
export function markPerson(root, me) {
  for (const button of root.querySelectorAll("[data-person]")) {
    const isMe = button.dataset.person === me;
    button.setAttribute("aria-pressed", String(isMe));
    if (isMe) button.scrollIntoView({ block: "nearest", inline: "nearest" });
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
