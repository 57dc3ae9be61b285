// The elements that hold a value. Each is {node, target, read, write}: what to show, what takes the
// focus, its value in Slack's own shape, and back. What may be entered is for the server to judge.

import { h } from "./dom.js";
import { plainText, textObject } from "./text.js";

/** An input for a Block Kit element, or null for a type that is not shown here. */
export function makeInput(element, directory) {
  return MAKERS[element.type]?.(element, directory) ?? null;
}

const MAKERS = {
  plain_text_input: textInput,
  number_input: numberInput,
  static_select: select,
  radio_buttons: radioButtons,
  checkboxes,
};

let lastGroup = 0;

function textInput(element) {
  return lineInput(element, element.multiline ? h("textarea", { rows: 3 }) : h("input", { type: "text" }));
}

function numberInput(element) {
  const inputmode = element.is_decimal_allowed ? "decimal" : "numeric";
  return lineInput(element, h("input", { type: "text", inputmode }));
}

function lineInput(element, node) {
  node.classList.add("input");
  node.dataset.actionId = element.action_id;
  node.autocomplete = "off";
  node.placeholder = element.placeholder?.text ?? "";
  node.value = element.initial_value ?? "";
  return {
    node, target: node,
    read: () => ({ type: element.type, value: node.value || null }),
    write: (state) => { node.value = state.value ?? ""; },
  };
}

function select(element) {
  const groups = element.option_groups ?? [];
  const options = element.options ?? groups.flatMap((group) => group.options);
  const empty = h("option", { value: "", selected: true }, element.placeholder?.text ?? "Choose an option");
  const entry = (option) => h("option", { value: String(options.indexOf(option)) }, option.text.text);
  const entries = element.options ? options.map(entry)
    : groups.map((group) => h("optgroup", { label: group.label.text }, group.options.map(entry)));
  const node = h("select", { class: "input select", dataset: { actionId: element.action_id } }, empty, entries);
  const write = (option) => { node.selectedIndex = indexOf(options, option) + 1; };
  write(element.initial_option);
  openOnArrow(node);
  return {
    node, target: node,
    read: () => ({ type: "static_select", selected_option: options[node.value] ?? null }),
    write: (state) => write(state.selected_option),
  };
}

/** Arrow keys open the list; otherwise each press on the way to an option would choose one. */
function openOnArrow(node) {
  node.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !node.showPicker) return;
    event.preventDefault();
    node.showPicker();
  });
}

function radioButtons(element, directory) {
  const { node, boxes } = optionGroup(element, directory, "radio");
  const write = (option) => boxes.forEach((box, index) => {
    box.checked = index === indexOf(element.options, option);
  });
  write(element.initial_option);
  const chosen = () => element.options[boxes.findIndex((box) => box.checked)] ?? null;
  return {
    node, get target() { return boxes.find((box) => box.checked) ?? boxes[0]; },
    read: () => ({ type: "radio_buttons", selected_option: chosen() }),
    write: (state) => write(state.selected_option),
  };
}

function checkboxes(element, directory) {
  const { node, boxes } = optionGroup(element, directory, "checkbox");
  const write = (chosen) => boxes.forEach((box, index) => {
    box.checked = (chosen ?? []).some((option) => indexOf(element.options, option) === index);
  });
  write(element.initial_options);
  const chosen = () => element.options.filter((_, index) => boxes[index].checked);
  return {
    node, target: boxes[0],
    read: () => ({ type: "checkboxes", selected_options: chosen() }),
    write: (state) => write(state.selected_options),
  };
}

function optionGroup(element, directory, type) {
  const name = `group-${lastGroup += 1}`;
  const boxes = element.options.map((option) =>
    h("input", { type, name, value: option.value, dataset: { actionId: element.action_id } }));
  const labels = element.options.map((option, index) => h("label", { class: "option" }, boxes[index],
    h("span", {}, textObject(option.text, directory),
      option.description && h("small", {}, option.description.type === "mrkdwn"
        ? textObject(option.description, directory) : plainText(option.description)))));
  const role = type === "radio" ? "radiogroup" : "group";
  return { node: h("div", { class: "options", role }, labels), boxes };
}

/** Options are told apart by their value, as Slack does. */
function indexOf(options, wanted) {
  return wanted ? options.findIndex((option) => option.value === wanted.value) : -1;
}
