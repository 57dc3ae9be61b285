// Channels, direct messages and people; bold and a count where something is unread.

import { h, fill } from "./dom.js";

/** Shows the sidebar. Only a new conversation or person draws it anew, so that no click on it is lost. */
export function showSidebar(root, { conversations, open, me, directory }) {
  const lines = [...conversations.map(({ id, kind, name }) => [id, kind, name]), me, directory.members];
  const signature = JSON.stringify(lines);
  if (root.dataset.shows !== signature) drawGroups(root, { conversations, me, directory });
  root.dataset.shows = signature;
  for (const conversation of conversations) {
    mark(linkTo(root, conversation.id), conversation, conversation.id === open);
  }
}

export function conversationTitle({ kind, name }) {
  return kind === "channel" ? `# ${name}` : name;
}

function drawGroups(root, { conversations, me, directory }) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.conversation : null;
  const links = (kind) => conversations.filter((one) => one.kind === kind).map(entry);
  fill(root,
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
  if (isOpen) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  link.classList.toggle("unread", unread > 0);
  count.hidden = !unread;
  fill(count, unread ? [String(unread), h("span", { class: "spoken" }, " unread")] : []);
}

function personLine(person, me, directory) {
  const extra = person.id === me ? " (me)" : person.is_guest ? " · guest" : "";
  return h("span", { class: "person", dataset: { user: person.id } }, `${directory.personName(person.id)}${extra}`);
}
