// The list of slash commands above the line one writes in, while the first word is typed.

import { h, fill } from "./dom.js";

let lastList = 0;

/**
 * Offers `commands` for `field`. Returns {list, onKey}: the element to put above the field, and a handler that is
 * asked first at each key and says whether the key was for the list.
 */
export function commandList(field, commands) {
  const id = `commands-${lastList += 1}`;
  const list = h("div", { class: "commands", role: "listbox", id, "aria-label": "Commands", hidden: true });
  let offered = [];
  let at = 0;
  let isDismissed = false;

  const take = (command) => {
    field.value = `${command.name} `;
    field.dispatchEvent(new Event("input"));
    field.focus();
  };
  const draw = () => {
    const isTyping = /^\/\S*$/.test(field.value) && !isDismissed;
    offered = isTyping ? commands.filter(({ name }) => name.startsWith(field.value.toLowerCase())) : [];
    at = Math.min(at, Math.max(0, offered.length - 1));
    fill(list, offered.map((command, index) => option(command, `${id}-${index}`, index === at, () => take(command))));
    list.hidden = offered.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `${id}-${at}`);
  };
  const onKey = ({ key, shiftKey }) => {
    if (list.hidden) return false;
    const isWhole = offered[at].name === field.value.toLowerCase();
    if (key === "ArrowDown" || key === "ArrowUp") at = (at + (key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
    else if (key === "Escape") isDismissed = true;
    else if ((key === "Enter" && !isWhole) || (key === "Tab" && !shiftKey)) { take(offered[at]); return true; }
    else return false;
    draw();
    return true;
  };
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-autocomplete", "list");
  field.addEventListener("input", () => { isDismissed = false; at = 0; draw(); });
  field.addEventListener("blur", () => { list.hidden = true; });
  field.addEventListener("focus", draw);
  return { list, onKey };
}

function option(command, id, isChosen, take) {
  return h("div", {
    class: "command", role: "option", id, "aria-selected": String(isChosen), dataset: { command: command.name },
    on: { pointerdown: (event) => { event.preventDefault(); take(); } },
  }, h("code", {}, command.name), h("span", {}, command.usage_hint || command.description));
}
