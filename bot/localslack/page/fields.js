// Input blocks of a modal: label, element, error, hint; and the values of a whole form.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { makeInput } from "./inputs.js";
import { plainText } from "./text.js";

let lastField = 0;

/** Shows an input block and adds it to `surface.fields`. */
export function inputBlock(block, surface) {
  const input = makeInput(block.element, surface.directory);
  if (input === null) return h("p", { class: "unknown" }, `A ${block.element.type} is not shown here.`);
  const id = `field-${lastField += 1}`;
  const parts = describe(block, input, id);
  const field = {
    blockId: block.block_id, actionId: block.element.action_id, isInput: true,
    wantsFocus: Boolean(block.element.focus_on_load), ...parts, input,
    read: input.read, write: input.write,
  };
  surface.fields.push(field);
  if (block.dispatch_action) input.node.addEventListener("change", () => dispatch(block, input, surface));
  return parts.node;
}

/** Writes the error below the field, or takes it away with null. */
export function showProblem(field, words) {
  if (words) field.control.setAttribute("aria-invalid", "true");
  else field.control.removeAttribute("aria-invalid");
  field.error.replaceChildren(...(words ? [icon("warn"), h("span", {}, words)] : []));
  field.error.hidden = !words;
}

/** All values of a form in the shape of Slack's `view.state.values`. */
export function valuesOf(fields) {
  const values = {};
  for (const field of fields) {
    values[field.blockId] = { ...values[field.blockId], [field.actionId]: field.read() };
  }
  return values;
}

/** Puts values back into the fields that still exist with the same ids and type. */
export function restoreValues(fields, values) {
  for (const field of fields) {
    const state = values?.[field.blockId]?.[field.actionId];
    if (state?.type === field.read().type) field.write(state);
  }
}

function describe(block, input, id) {
  const grouped = input.node.classList.contains("options");
  const hint = block.hint && h("p", { class: "hint", id: `${id}-hint` }, plainText(block.hint));
  const error = h("p", {
    class: "field-error", id: `${id}-error`, hidden: true, dataset: { errorFor: block.block_id },
  });
  const label = h(grouped ? "span" : "label", { class: "label", id: `${id}-label`, for: grouped ? null : id },
    plainText(block.label), block.optional && h("span", { class: "optional" }, " (optional)"));
  const control = input.node;
  control.id = id;
  control.setAttribute("aria-describedby", [`${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" "));
  control.setAttribute("aria-required", String(!block.optional));
  if (grouped) control.setAttribute("aria-labelledby", `${id}-label`);
  const node = h("div", { class: "field" }, label, control, error, hint);
  return { node, control, error };
}

function dispatch(block, input, surface) {
  const { type, ...chosen } = input.read();
  surface.act({ pressed: input.node, element: block.element, block, chosen });
}
