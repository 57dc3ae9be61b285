// The app's Home, channels, direct messages and people; bold and a count where something is unread.

import { h, fill } from "./dom.js";
import { HOME } from "./address.js";

/**
 * Shows the sidebar; `open` is the id of what is open, or "home". Only a new conversation or person draws it anew, so
 * that no click on it is lost.
 */
export function showSidebar(root, { conversations, open, me, directory }) {
  const lines = [...conversations.map(({ id, kind, name }) => [id, kind, name]), me, directory.members,
    directory.hasHome(me)];
  const signature = JSON.stringify(lines);
  if (root.dataset.shows !== signature) drawGroups(root, { conversations, me, directory });
  root.dataset.shows = signature;
  for (const conversation of conversations) {
    mark(linkTo(root, conversation.id), conversation, conversation.id === open);
  }
  const home = root.querySelector("[data-view=home]");
  if (home) markOpen(home, open === HOME);
}

export function conversationTitle({ kind, name }) {
  return kind === "channel" ? `# ${name}` : name;
}

function drawGroups(root, { conversations, me, directory }) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.conversation : null;
  const links = (kind) => conversations.filter((one) => one.kind === kind).map(entry);
  fill(root,
    directory.hasHome(me) && h("a", { class: "to-home", href: `#${HOME}`, dataset: { view: HOME } },
      `${directory.workspace.bot.name} Home`),
    group("Channels", links("channel")),
    group("Direct messages", links("dm")),
    group("People", directory.members.map((person) => personLine(person, me, directory))));
  if (focused) linkTo(root, focused)?.focus({ preventScroll: true });
}

function linkTo(root, id) {
  return root.querySelector(`[data-conversation="${CSS.escape(id)}"]`);
}

function group(title, entries) {
  if (!entries.length) return null;
  const id = `sidebar-${title.toLowerCase().replaceAll(" ", "-")}`;
  return [h("h2", { id }, title), h("ul", { "aria-labelledby": id }, entries.map((one) => h("li", {}, one)))];
}

function entry(conversation) {
  return h("a", { href: `#${conversation.id}`, dataset: { conversation: conversation.id } },
    h("span", { class: "name" }, conversationTitle(conversation)), h("span", { class: "count", hidden: true }));
}

function mark(link, { unread }, isOpen) {
  const count = link.querySelector(".count");
  markOpen(link, isOpen);
  link.classList.toggle("unread", unread > 0);
  count.hidden = !unread;
  fill(count, unread ? [String(unread), h("span", { class: "spoken" }, " unread")] : []);
}

function markOpen(link, isOpen) {
  if (isOpen) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

function personLine(person, me, directory) {
  const standing = directory.standing(person.id);
  const extra = `${person.id === me ? " (me)" : ""}${standing ? ` · ${standing}` : ""}`;
  return h("span", { class: "person", dataset: { user: person.id } }, `${directory.personName(person.id)}${extra}`);
}
