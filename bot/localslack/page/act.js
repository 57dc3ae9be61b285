// One press from the finger to the server's answer: the question first, busy until answered, and
// a sentence beside it when it did not work.

import { h, safeAddress } from "./dom.js";
import { askConfirm } from "./confirm.js";
import { rememberPlace } from "./focus.js";
import { icon } from "./icons.js";

/**
 * Makes `act` for a surface. `send(click)` resolves to the server's answer; `place()` is the element
 * that shows a failure; `directory` names the people in a question.
 */
export function makeAct({ send, place, directory }) {
  return async ({ pressed, element, block, chosen, url }) => {
    if (pressed.getAttribute("aria-busy") === "true") return;
    if (element.confirm && !(await confirmed(pressed, element.confirm, directory))) return;
    if (url) follow(url);
    clearFailure(place());
    pressed.setAttribute("aria-busy", "true");
    const answer = await send({ block_id: block.block_id, action_id: element.action_id, ...chosen });
    pressed.removeAttribute("aria-busy");
    if (!answer.ok) showFailure(place(), answer.error);
  };
}

/** Shows a sentence at the end of `where`; it is read aloud and stays until the next press there. */
export function showFailure(where, words) {
  clearFailure(where);
  where.append(h("p", { class: "failure", role: "alert" }, icon("warn"), h("span", {}, words)));
}

export function clearFailure(where) {
  for (const old of where.querySelectorAll(".failure")) old.remove();
}

function follow(url) {
  const address = safeAddress(url);
  if (address) window.open(address, "_blank", "noopener,noreferrer");
}

async function confirmed(pressed, confirm, directory) {
  const giveBack = rememberPlace();
  const yes = await askConfirm(confirm, directory);
  const movedOn = document.activeElement !== document.body;
  if (!movedOn && pressed.isConnected) pressed.focus({ preventScroll: true });
  else if (!movedOn) giveBack();
  return yes;
}
