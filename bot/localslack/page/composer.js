// The line one writes a message in: Enter sends, Shift and Enter begins a new line. What is not sent yet
// is kept for each person and place while the page is open. A line that begins with a slash is a command.

import { h } from "./dom.js";
import { clearFailure, showFailure } from "./act.js";
import { commandList } from "./commands.js";
import { icon } from "./icons.js";

const drafts = new Map();

/** A form for `key` (person and place); `send(text)` resolves to the server's answer, `commands` are offered on "/". */
export function composer({ key, label, send, commands }) {
  const field = h("textarea", { rows: 1, "aria-label": label, placeholder: label, maxlength: 12000 });
  field.value = drafts.get(key) ?? "";
  const { list, onKey } = commandList(field, commands);
  const form = h("form", { class: "composer" },
    h("div", { class: "composer-line" }, list, field,
      h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"))));
  field.addEventListener("input", () => drafts.set(key, field.value));
  field.addEventListener("keydown", (event) => {
    if (!event.isComposing && onKey(event)) { event.preventDefault(); event.stopPropagation(); return; }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) deliver(form, field, key, send);
  });
  return form;
}

async function deliver(form, field, key, send) {
  const text = field.value;
  clearFailure(form);
  field.value = "";
  field.dispatchEvent(new Event("input"));
  drafts.delete(key);
  const answer = await send(text);
  if (answer.ok) return;
  if (!field.value) field.value = text;
  drafts.set(key, field.value);
  showFailure(form, answer.error);
}
