// Shows a rich_text block. Its texts are data: no sign in them is formatting.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcastMention, channelMention, date, groupMention, link, userMention } from "./text.js";

const BULLETS = ["disc", "circle", "square"];
const STYLE_TAGS = [["code", "code"], ["strike", "s"], ["italic", "i"], ["bold", "b"], ["underline", "u"]];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

export function richText(block, directory) {
  return block.elements.map((part) => (PARTS[part.type] ?? unknown)(part, directory));
}

const PARTS = {
  rich_text_section: (part, directory) => h("div", { class: "rich-section" }, inline(part.elements, directory)),
  rich_text_preformatted: (part, directory) => h("pre", {}, inline(part.elements, directory)),
  rich_text_quote: (part, directory) => h("blockquote", {}, inline(part.elements, directory)),
  rich_text_list: list,
};

function list(part, directory) {
  const ordered = part.style === "ordered";
  const indent = part.indent ?? 0;
  const kinds = ordered ? NUMBERS : BULLETS;
  const element = h(ordered ? "ol" : "ul", {
    class: `rich-list indent-${Math.min(indent, 8)} ${kinds[indent % 3]}`,
    start: ordered && part.offset ? part.offset + 1 : null,
  }, part.elements.map((item) => h("li", {}, inline(item.elements, directory))));
  return element;
}

function inline(elements, directory) {
  return elements.map((element) => styled((INLINE[element.type] ?? unknown)(element, directory), element.style));
}

function styled(shown, style = {}) {
  return STYLE_TAGS.filter(([name]) => style[name]).reduce((inner, [, tag]) => h(tag, {}, inner), shown);
}

const INLINE = {
  text: (element) => element.text,
  link: (element) => link(element.url, element.text),
  emoji: (element) => emoji(element.name),
  user: (element, directory) => userMention(element.user_id, null, directory),
  usergroup: (element, directory) => groupMention(element.usergroup_id, null, directory),
  channel: (element, directory) => channelMention(element.channel_id, null, directory),
  broadcast: (element) => broadcastMention(element.range),
  date: (element) => date({ ...element, fallback: element.fallback ?? "" }),
};

function unknown(element) {
  return h("span", { class: "unknown" }, `(a ${element.type} is not shown here)`);
}
