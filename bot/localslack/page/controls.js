// What can be pressed or chosen in a block outside of an input: buttons, menus, selects.
// A press is handed to `surface.act` with the element that was pressed; nothing is sent from here.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { makeInput } from "./inputs.js";
import { openMenu } from "./menu.js";
import { plainText } from "./text.js";

export function control(element, block, surface) {
  if (element.type === "button") return button(element, block, surface);
  if (element.type === "overflow") return overflow(element, block, surface);
  return chooser(element, block, surface);
}

function button(element, block, surface) {
  const style = { primary: "go", danger: "stop" }[element.style] ?? "";
  const pressed = h("button", {
    type: "button", class: `button ${style}`, "aria-label": element.accessibility_label,
    dataset: { actionId: element.action_id }, on: { click: () => surface.act(press) },
  }, plainText(element.text));
  const press = { pressed, element, block, chosen: { value: element.value ?? null }, url: element.url };
  return pressed;
}

function overflow(element, block, surface) {
  const pressed = h("button", {
    type: "button", class: "button overflow", "aria-label": "More actions", "aria-haspopup": "menu",
    "aria-expanded": "false", dataset: { actionId: element.action_id },
    on: { click: () => openMenu(pressed, element.options, choose) },
  }, icon("more"));
  const choose = (option) =>
    surface.act({ pressed, element, block, chosen: { selected_option: option }, url: option.url });
  return pressed;
}

/** Selects, radio buttons and checkboxes act at every change, and in a modal count as values too. */
function chooser(element, block, surface) {
  const input = makeInput(element, surface.directory);
  if (input === null) return h("span", { class: "unknown" }, `(a ${element.type} is not shown here)`);
  const label = element.accessibility_label ?? element.placeholder?.text ?? "Choose";
  input.node.setAttribute("aria-label", label);
  input.node.classList.add("chooser");
  input.node.addEventListener("change", () => {
    const { type, ...chosen } = input.read();
    surface.act({ pressed: input.node, element, block, chosen });
  });
  surface.fields?.push({ blockId: block.block_id, actionId: element.action_id, ...input, isInput: false });
  return input.node;
}
