// Shows text objects and the pieces that mrkdwn and rich text have in common: mentions, dates, links.

import { hashOfPermalink } from "./address.js";
import { h, safeAddress } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { formatDate, fullTimeOf } from "./dates.js";
import { parseMrkdwn } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "b", italic: "i", strike: "s" };

/** A text object: mrkdwn is formatted, plain_text never is. */
export function textObject(object, directory) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, directory, { verbatim: Boolean(object.verbatim) });
  return plainText(object);
}

/** Plain words; short codes are drawn unless the object says `emoji: false`. */
export function plainText(object) {
  return object.emoji === false ? [object.text] : withEmoji(object.text);
}

export function mrkdwn(text, directory, options) {
  return show(parseMrkdwn(text, options), directory);
}

export function userMention(id, label, directory) {
  return h("span", { class: "mention", dataset: { user: id } }, `@${directory.personName(id) ?? label ?? id}`);
}

export function groupMention(id, label, directory) {
  const handle = directory.groupHandle(id) ?? label?.replace(/^@/, "") ?? id;
  return h("span", { class: "mention", dataset: { group: id } }, `@${handle}`);
}

/** A channel the reader can open, as a link to it. */
export function channelMention(id, label, directory) {
  const name = directory.channelName(id);
  if (name === null) return h("span", { class: "mention" }, `#${label ?? id}`);
  return h("a", { class: "mention", href: `#${id}` }, `#${name}`);
}

export function broadcastMention(range) {
  return h("span", { class: "mention" }, `@${range}`);
}

export function date({ timestamp, format, fallback, url }) {
  const words = formatDate(timestamp, format, fallback);
  const when = new Date(Number(timestamp) * 1000);
  const exact = Number.isNaN(when.getTime()) ? {} : { title: fullTimeOf(timestamp), datetime: when.toISOString() };
  const shown = h("time", exact, words);
  return url ? link(url, shown) : shown;
}

/** A link, out of the page unless it is a permalink of this Slack; an address that could do harm stays text. */
export function link(url, label) {
  const address = safeAddress(url);
  if (address === null) return label ?? url;
  const here = hashOfPermalink(address);
  if (here) return h("a", { href: here }, label ?? url);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label ?? url);
}

function show(nodes, directory) {
  return nodes.map((node) => SHOWN[node.type](node, directory));
}

const SHOWN = {
  text: (node) => node.text,
  style: (node, directory) => h(STYLE_TAGS[node.style], {}, show(node.children, directory)),
  code: (node) => h("code", {}, node.text),
  pre: (node) => h("pre", {}, node.text),
  quote: (node, directory) => h("blockquote", {}, show(node.children, directory)),
  emoji: (node) => emoji(node.name),
  user: (node, directory) => userMention(node.id, node.label, directory),
  usergroup: (node, directory) => groupMention(node.id, node.label, directory),
  channel: (node, directory) => channelMention(node.id, node.label, directory),
  broadcast: (node) => broadcastMention(node.range),
  date: (node) => date(node),
  link: (node) => link(node.url, node.label),
};
