// Short codes of the cards, drawn here so that they look alike on every machine, with or
// without an emoji font. A code that is not in the table stays text, as in Slack.

import { svg, h } from "./dom.js";

const RED = "#dd2e44", BLUE = "#3b88c3", WHITE = "#fff", DARK = "#292f33", AMBER = "#ffac33", SKIN = "#ffdc5d";

const circle = (fill) => [["circle", { cx: 18, cy: 18, r: 16, fill, stroke: "#0002" }]];
const tile = (fill) => ["rect", { x: 1, y: 1, width: 34, height: 34, rx: 5, fill }];
const shape = (d, fill) => ["path", { d, fill }];
const line = (d, stroke = WHITE, width = 4) =>
  ["path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];

const DRAWINGS = {
  red_circle: circle(RED),
  large_orange_circle: circle("#f4900c"),
  large_yellow_circle: circle("#fdcb58"),
  large_green_circle: circle("#78b159"),
  large_blue_circle: circle("#55acee"),
  white_circle: [["circle", { cx: 18, cy: 18, r: 15.5, fill: "#f5f8fa", stroke: "#99a3ab", "stroke-width": 2 }]],
  white_check_mark: [tile("#77b255"), line("M9 19l6 7 12-16", WHITE, 5)],
  heavy_check_mark: [line("M5 20l9 10 17-24", "#77b255", 6)],
  x: [line("M7 7l22 22M29 7L7 29", RED, 6)],
  no_entry: [
    ["circle", { cx: 18, cy: 18, r: 17, fill: "#be1931" }],
    ["rect", { x: 7, y: 14, width: 22, height: 8, rx: 2, fill: WHITE }],
  ],
  warning: [
    shape("M18 2.5c1 0 2 .5 2.5 1.5l14 26c1 2-.5 4-2.5 4H4c-2"
      + " 0-3.5-2-2.5-4l14-26c.5-1 1.5-1.5 2.5-1.5z", "#ffcc4d"),
    line("M18 12v10M18 28v.2", DARK, 4),
  ],
  pencil2: [
    shape("M4 32l3-10L25 4c2-2 7 3 5 5L12 28z", AMBER),
    shape("M25 4c2-2 7 3 5 5l-3 3-5-5z", "#ea596e"),
    shape("M4 32l3-10 5 6z", "#ffe8b6"),
    shape("M4 32l1.3-4.3 2.6 2.8z", DARK),
  ],
  speech_balloon: [
    shape("M18 3c9.5 0 17 5.5 17 13s-7.5 13-17 13c-1.5 0-3-.2-4.5-.5L5"
      + " 33l1.5-7C3 23.5 1 20 1 16 1 8.5 8.5 3 18 3z", "#bdddf4"),
    line("M10 16v.1M18 16v.1M26 16v.1", "#66757f", 4.5),
  ],
  fast_forward: [tile(BLUE), shape("M7 9l11 9-11 9zM18 9l11 9-11 9z", WHITE)],
  double_vertical_bar: [tile(BLUE), shape("M10 8h5v20h-5zM21 8h5v20h-5z", WHITE)],
  black_square_for_stop: [tile(BLUE), shape("M10 10h16v16H10z", WHITE)],
  black_right_pointing_triangle: [tile(BLUE), shape("M11 7l16 11-16 11z", WHITE)],
  hourglass: [
    shape("M9 5h18c0 8-4 10-7 13 3 3 7 5 7 13H9c0-8 4-10 7-13-3-3-7-5-7-13z", "#e1f0fa"),
    shape("M11.5 9h13c-1 4-3.5 6-6.5 8.5C15 15 12.5 13 11.5"
      + " 9zM10.5 31c.5-4 4-6 7.5-8 3.5 2 7 4 7.5 8z", AMBER),
    shape("M7 2h22v4H7zM7 30h22v4H7z", "#8a5a2b"),
  ],
  leftwards_arrow_with_hook: [tile(BLUE), line("M13 9l-6 6 6 6M8 15h13a6 6 0 0 1 0 12h-7")],
  repeat: [
    tile(BLUE),
    line("M8 17v-2a4 4 0 0 1 4-4h15M23 6l5 5-5 5M28 19v2a4 4 0 0 1-4 4H9M13 30l-5-5 5-5", WHITE, 3.4),
  ],
  arrows_counterclockwise: [
    tile(BLUE),
    line("M27 14a10 10 0 0 0-18-2M9 6v6h6M9 22a10 10 0 0 0 18 2M27 30v-6h-6", WHITE, 3.4),
  ],
  raised_hand: [
    shape("M10 17V8a2.5 2.5 0 0 1 5 0v7h.5V4a2.5 2.5 0 0 1 5 0v11h.5V6a2.5 2.5 0 0 1 5 0v11h.5v-6a2.3"
      + " 2.3 0 0 1 4.5 0v12c0 7-5 12-11 12-5 0-8-2-10-6l-6-9c-1.5-3 2-5 4-2.5z", SKIN),
  ],
  information_source: [tile(BLUE), line("M18 9v.2", WHITE, 5), line("M15 16h3v11M14 27h8", WHITE, 3.6)],
  bar_chart: [
    ["rect", { x: 2, y: 2, width: 32, height: 32, rx: 3, fill: "#ccd6dd" }],
    shape("M7 16h5v15H7z", "#5c913b"),
    shape("M15.5 7h5v24h-5z", BLUE),
    shape("M24 20h5v11h-5z", RED),
  ],
  eye: [
    shape("M1 18S7 8 18 8s17 10 17 10-6 10-17 10S1 18 1 18z", "#f5f8fa"),
    ["circle", { cx: 18, cy: 18, r: 7, fill: "#8a5a2b" }],
    ["circle", { cx: 18, cy: 18, r: 3.5, fill: DARK }],
  ],
};

export function isEmoji(name) {
  return Object.hasOwn(DRAWINGS, name);
}

/** The drawing with the code's words as its name; an unknown code as its text. */
export function emoji(name) {
  if (!isEmoji(name)) return document.createTextNode(`:${name}:`);
  const words = name.replaceAll("_", " ");
  return h("span", { class: "emoji", role: "img", "aria-label": words, title: `:${name}:` },
    svg("svg", { viewBox: "0 0 36 36", "aria-hidden": "true", focusable: "false" },
      DRAWINGS[name].map(([tag, attributes]) => svg(tag, attributes))));
}

/** Plain words with the known short codes drawn. */
export function withEmoji(text) {
  return text.split(/:([a-z0-9_+-]+):/).map((part, index) => (index % 2 ? emoji(part) : part));
}
