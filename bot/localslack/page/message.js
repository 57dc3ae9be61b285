// One message: who, when, what, and what can be done with it.

import { h } from "./dom.js";
import { makeAct } from "./act.js";
import { showBlocks } from "./blocks.js";
import { clockOf, fullTimeOf } from "./dates.js";
import { appIcon, icon } from "./icons.js";
import { mrkdwn } from "./text.js";

const TINTS = 6;

/** A key that is the message's own: a private one may share the ts of another. */
export function keyOf(message) {
  return `${message.ts}${message.ephemeral ? ":private" : ""}`;
}

/**
 * The element of `message` in `room` = {channel, directory, server, inThread, openThread, find}.
 * `find(key)` is where a message is shown now: it may have been drawn anew.
 */
export function showMessage(message, room) {
  const name = authorName(message, room.directory);
  const content = h("div", { class: "content" },
    message.ephemeral && h("div", { class: "only-you" }, icon("eye"), "Only visible to you"),
    byline(message, name, room),
    h("div", { class: "body" }, body(message, room)),
    !room.inThread && message.reply_count > 0 && repliesButton(message, room));
  return h("article", {
    class: `message${message.ephemeral ? " ephemeral" : ""}`, tabindex: -1,
    "aria-label": `${name}, ${clockOf(message.ts)}${message.ephemeral ? ", only visible to you" : ""}`,
    dataset: { ts: message.ts, channel: room.channel },
  }, avatar(message, name, room.directory), content, !room.inThread && !message.ephemeral && tools(message, room));
}

function authorName(message, directory) {
  return message.name || directory.personName(message.user) || "Unknown";
}

function isFromApp(message, directory) {
  return Boolean(message.bot_id) || directory.isBot(message.user);
}

function avatar(message, name, directory) {
  if (isFromApp(message, directory)) return h("div", { class: "avatar app", "aria-hidden": "true" }, appIcon());
  const tint = `tint-${tintOf(message.user ?? name)}`;
  return h("div", { class: `avatar ${tint}`, "aria-hidden": "true" }, name.charAt(0).toUpperCase());
}

function tintOf(id) {
  return [...id].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 9973, 7) % TINTS;
}

function byline(message, name, room) {
  return h("div", { class: "byline" },
    h("b", { class: "who" }, name),
    isFromApp(message, room.directory) && h("span", { class: "app-badge" }, "APP"),
    h("time", { class: "when", title: fullTimeOf(message.ts) }, clockOf(message.ts)));
}

function body(message, room) {
  if (!message.blocks?.length) {
    return h("div", { class: "text" }, mrkdwn(message.text ?? "", room.directory),
      message.edited && h("small", { class: "edited" }, " (edited)"));
  }
  const act = makeAct({
    directory: room.directory,
    send: (click) => room.server.click({ channel: room.channel, message_ts: message.ts, ...click }),
    place: () => room.find(keyOf(message)),
  });
  return showBlocks(message.blocks, { directory: room.directory, act });
}

function repliesButton(message, room) {
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", {
    type: "button", class: "replies", dataset: { keep: "replies" }, on: { click: () => room.openThread(message.ts) },
  }, words);
}

function tools(message, room) {
  return h("div", { class: "tools" }, h("button", {
    type: "button", title: "Reply in thread", "aria-label": "Reply in thread", dataset: { keep: "reply" },
    on: { click: () => room.openThread(message.ts) },
  }, icon("reply")));
}
