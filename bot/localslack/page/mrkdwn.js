// Reads Slack's mrkdwn into a tree of plain objects. It decides what is a style, a mention or
// a link; how they look is decided in text.js.

import { isEmoji } from "./emoji.js";

const STYLES = { "*": "bold", _: "italic", "~": "strike" };
const WORD = /[\p{L}\p{N}]/u;

/** The nodes of `text`. `verbatim` leaves bare addresses alone. */
export function parseMrkdwn(text, { verbatim = false } = {}) {
  return text.split(/```\n?([\s\S]+?)\n?```\n?/).flatMap((part, index) => {
    if (index % 2) return [{ type: "pre", text: resolve(part) }];
    return quotesAndLines(part, verbatim);
  });
}

/** &amp; &lt; and &gt; as the characters they stand for, and nothing else. */
function decode(text) {
  const characters = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => characters[entity]);
}

function quotesAndLines(text, verbatim) {
  const nodes = [];
  let plain = [], quoted = [];
  const flushPlain = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), verbatim));
    plain = [];
  };
  const flushQuoted = () => {
    if (quoted.length) nodes.push({ type: "quote", children: inline(quoted.join("\n"), verbatim) });
    quoted = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quote) { flushPlain(); quoted.push(quote[1]); } else { flushQuoted(); plain.push(line); }
  }
  flushQuoted();
  flushPlain();
  return nodes;
}

function inline(text, verbatim) {
  const nodes = [];
  let run = "";
  const flush = () => {
    if (run) nodes.push({ type: "text", text: decode(run) });
    run = "";
  };
  for (let at = 0; at < text.length;) {
    const found = nodeAt(text, at, verbatim);
    if (found) { flush(); nodes.push(found.node); at = found.end; } else { run += text[at]; at += 1; }
  }
  flush();
  return nodes;
}

function nodeAt(text, at, verbatim) {
  const sign = text[at];
  if (sign === "<") return referenceAt(text, at);
  if (sign === "`") return codeAt(text, at);
  if (sign === ":") return emojiAt(text, at);
  if (Object.hasOwn(STYLES, sign)) return styleAt(text, at, verbatim);
  if (sign === "h" && !verbatim) return bareLinkAt(text, at);
  return null;
}

function codeAt(text, at) {
  const found = /^`([^`\n]+)`/.exec(text.slice(at));
  return found && { node: { type: "code", text: resolve(found[1]) }, end: at + found[0].length };
}

function emojiAt(text, at) {
  const found = /^:([a-z0-9_+-]+):/.exec(text.slice(at));
  return found && isEmoji(found[1]) ? { node: { type: "emoji", name: found[1] }, end: at + found[0].length } : null;
}

function bareLinkAt(text, at) {
  if (at > 0 && WORD.test(text[at - 1])) return null;
  const found = /^https?:\/\/[^\s<>|*`]*[^\s<>|*`.,;:!?)]/.exec(text.slice(at));
  return found && { node: { type: "link", url: decode(found[0]) }, end: at + found[0].length };
}

function styleAt(text, at, verbatim) {
  const sign = text[at];
  const startsInWord = at > 0 && WORD.test(text[at - 1]);
  if (startsInWord || /^(?:\s|$)/.test(text.slice(at + 1))) return null;
  const end = closingSign(text, at, sign);
  if (end < 0) return null;
  const children = inline(text.slice(at + 1, end), verbatim);
  return { node: { type: "style", style: STYLES[sign], children }, end: end + 1 };
}

function closingSign(text, start, sign) {
  for (let at = start + 1; at < text.length && text[at] !== "\n"; at += 1) {
    const skip = text[at] === "<" ? referenceAt(text, at) : text[at] === "`" ? codeAt(text, at) : null;
    if (skip) { at = skip.end - 1; continue; }
    const closes = text[at] === sign && at > start + 1 && !/\s/.test(text[at - 1]);
    if (closes && !WORD.test(text[at + 1] ?? " ")) return at;
  }
  return -1;
}

function referenceAt(text, at) {
  const found = /^<([^<>\n]+)>/.exec(text.slice(at));
  return found && { node: reference(found[1]), end: at + found[0].length };
}

function reference(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? decode(rest.join("|")) : null;
  if (/^@[UW]\w*$/.test(target)) return { type: "user", id: target.slice(1), label };
  if (/^#[CGD]\w*$/.test(target)) return { type: "channel", id: target.slice(1), label };
  if (target.startsWith("!subteam^")) return { type: "usergroup", id: target.split("^")[1], label };
  if (target.startsWith("!date^")) return dateReference(target, label);
  if (/^!(here|channel|everyone)$/.test(target)) return { type: "broadcast", range: target.slice(1) };
  return { type: "link", url: decode(target), label };
}

function dateReference(target, label) {
  const [, timestamp, format, ...link] = target.split("^");
  return { type: "date", timestamp, format: decode(format ?? ""), url: link.join("^") || null, fallback: label ?? "" };
}

/** Inside code nothing is styled, but links and entities are read. */
function resolve(text) {
  return decode(text.replace(/<((?:https?|mailto):[^<>|\n]+)(?:\|([^<>\n]+))?>/g, (_, url, label) => label ?? url));
}
