// The few line drawings of the page itself. They are decoration: the control beside them has the name.

import { svg } from "./dom.js";

const PATHS = {
  more: "M8 3.2v.1M8 8v.1M8 12.8v.1",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  menu: "M2 4h12M2 8h12M2 12h12",
  back: "M9.5 3L4.5 8l5 5",
  send: "M2.5 8h10M8.5 3.5L13 8l-4.5 4.5",
  reply: "M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.3v3.4",
  warn: "M8 2L1.5 13.5h13zM8 6.5v3.2M8 11.6v.1",
  half: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
};

export function icon(name) {
  const width = name === "more" ? 3 : 1.7;
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name], "stroke-width": width }));
}

const BUBBLE = "M7 9h22a1.5 1.5 0 0 1 1.5 1.5v13a1.5 1.5 0 0 1-1.5 1.5"
  + "H16l-4.5 4v-4H7a1.5 1.5 0 0 1-1.5-1.5v-13A1.5 1.5 0 0 1 7 9z";

/** The app's picture: a speech bubble with a tick. */
export function appIcon() {
  return svg("svg", { class: "app-icon", viewBox: "0 0 36 36", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: BUBBLE, fill: "#fff" }),
    svg("path", { d: "M12.5 17l4 4 7.5-8", fill: "none", stroke: "#007a5a", "stroke-width": 3.2 }));
}
