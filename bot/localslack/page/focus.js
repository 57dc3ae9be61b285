// Where the keyboard is: kept inside an open dialog, and given back when it closes.

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

/** What the Tab key can reach inside `root`, in order. */
function focusableIn(root) {
  const isReachable = (element) => !element.disabled && element.getClientRects().length > 0;
  return [...root.querySelectorAll(FOCUSABLE)].filter(isReachable);
}

/** Tab goes round through `roots`, in their order, and nowhere else. Returns what ends it. */
export function keepFocusIn(roots) {
  const onKey = (event) => {
    if (event.key !== "Tab" || event.defaultPrevented || roots.some((root) => root.inert)) return;
    const stops = roots.flatMap(focusableIn);
    if (!stops.length) return;
    const first = stops[0], last = stops[stops.length - 1], at = document.activeElement;
    const outside = !roots.some((root) => root.contains(at));
    if (event.shiftKey && (at === first || outside)) { event.preventDefault(); last.focus(); }
    if (!event.shiftKey && (at === last || outside)) { event.preventDefault(); first.focus(); }
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/**
 * Remembers which control inside `root` has the focus, so that it can be found again after a redraw.
 * Returns a function that focuses its successor; it does nothing if the focus was elsewhere.
 */
export function rememberFocus(root) {
  const at = document.activeElement;
  if (!at || !root.contains(at)) return () => {};
  const key = keyOf(at);
  const range = at.selectionStart === undefined ? null : selectionOf(at);
  return (newRoot, otherwise) => {
    const same = key && controlWith(key, newRoot);
    const target = same ?? otherwise;
    target?.focus({ preventScroll: true });
    if (same && range) same.setSelectionRange(...range);
  };
}

/** Remembers the control that has the focus; the function returned gives it back, also if its message was redrawn. */
export function rememberPlace() {
  const at = document.activeElement;
  const message = at?.closest?.("[data-ts]");
  const column = at?.closest?.(".column");
  return () => {
    if (at !== document.body && at?.isConnected && !message) { at.focus({ preventScroll: true }); return; }
    const log = (column ?? document).querySelector("[role=log]");
    const now = message && log?.querySelector(`[data-ts="${CSS.escape(message.dataset.ts)}"]`);
    const same = now && controlWith(keyOf(at), now);
    (same ?? now ?? log)?.focus({ preventScroll: true });
  };
}

/** What lies under an open dialog cannot be reached; the top bar always can. */
export function updateReach() {
  const [room, modals, confirms] = ["room", "modal-layer", "confirm-layer"].map((id) => document.getElementById(id));
  modals.inert = confirms.childElementCount > 0;
  room.inert = modals.inert || modals.childElementCount > 0;
}

/** Block ids change with each redraw of a card; action ids, and in a form the value, do not. */
function keyOf(element) {
  const name = element.dataset?.actionId ?? element.dataset?.keep;
  if (!name) return null;
  const block = element.closest("form") ? element.closest("[data-block-id]")?.dataset.blockId : "";
  const choice = element.type === "radio" || element.type === "checkbox" ? element.value : "";
  return [element.tagName, block, name, choice].join("|");
}

function controlWith(key, root) {
  return [...root.querySelectorAll("[data-action-id], [data-keep]")].find((element) => keyOf(element) === key);
}

function selectionOf(element) {
  return element.selectionStart === null ? null : [element.selectionStart, element.selectionEnd];
}
