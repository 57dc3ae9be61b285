// The menu behind a "more" button: one at a time, closed by Escape, Tab, a click elsewhere or scrolling.

import { h, fill } from "./dom.js";
import { plainText } from "./text.js";

const layer = () => document.getElementById("menu-layer");
let close = null;

/** Opens the options beside `opener`; `choose(option)` is called for the one that is taken. */
export function openMenu(opener, options, choose) {
  const wasOpen = opener.getAttribute("aria-expanded") === "true";
  closeMenu();
  if (wasOpen) return;
  const items = options.map((option) => h("button", {
    type: "button", role: "menuitem", tabindex: -1, dataset: { value: option.value },
    on: { click: () => { closeMenu({ refocus: true }); choose(option); } },
  }, h("span", {}, plainText(option.text)), option.description && h("small", {}, plainText(option.description))));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": opener.getAttribute("aria-label") }, items);
  menu.addEventListener("keydown", (event) => onKey(event, items));
  fill(layer(), menu);
  place(menu, opener);
  close = stayOpen(menu, opener);
  items[0]?.focus({ preventScroll: true });
}

/** Closes whatever menu is open. */
export function closeMenu({ refocus = false } = {}) {
  close?.(refocus);
  close = null;
}

function stayOpen(menu, opener) {
  const outside = (event) => {
    if (!menu.contains(event.target) && !opener.contains(event.target)) closeMenu();
  };
  const gone = (event) => { if (!menu.contains(event.target)) closeMenu(); };
  opener.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", gone, true);
  window.addEventListener("resize", gone);
  return (refocus) => {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", gone, true);
    window.removeEventListener("resize", gone);
    opener.setAttribute("aria-expanded", "false");
    fill(layer());
    if (refocus && opener.isConnected) opener.focus({ preventScroll: true });
  };
}

function place(menu, opener) {
  const button = opener.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = button.bottom + 4;
  const top = below + size.height > window.innerHeight - 8 ? Math.max(8, button.top - size.height - 4) : below;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, Math.min(button.right - size.width, window.innerWidth - size.width - 8))}px`;
}

function onKey(event, items) {
  const at = items.indexOf(document.activeElement);
  const next = {
    ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1,
  }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items[next].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu({ refocus: true });
  }
}
