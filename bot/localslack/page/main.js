// The page: who I am, what is open, and re-reading whatever the server says has changed.

import { fill } from "./dom.js";
import { adoptPermalink, placeOf, readPlace, readQuery, writeQuery } from "./address.js";
import { dismissConfirm } from "./confirm.js";
import { Directory } from "./directory.js";
import { Live, coalesced } from "./live.js";
import { closeMenu } from "./menu.js";
import { Modal } from "./modal.js";
import { Pane } from "./pane.js";
import { Server, getWorkspace } from "./server.js";
import { conversationTitle, showSidebar } from "./sidebar.js";
import { applyTheme, markPerson, showTopBar } from "./topbar.js";

const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const RETRY = 1000;      // milliseconds

class Page {
  conversations = [];
  open = { conversation: null, thread: null };
  #wasLost = false;
  #reveal = null;          // ts of a linked message that is still to be brought into sight

  constructor() {
    this.conversation = new Pane(byId("conversation"), {
      level: 1,
      button: { icon: "menu", label: "Conversations", className: "to-list", press: () => this.#showList() },
    });
    this.thread = new Pane(byId("thread"), {
      level: 2,
      button: { icon: "close", label: "Close thread", className: "from-thread", press: () => this.#leaveThread() },
    });
    this.modal = new Modal({ changed: () => this.readState() });
    this.live = new Live({
      heard: (event) => this.#heard(event),
      connected: () => this.#connected(),
      lost: () => { this.#wasLost = true; this.#say("Not connected. Trying again…"); },
    });
    this.readState = coalesced(() => this.#readState());
    this.readMessages = coalesced(() => this.#readMessages());
    this.readThread = coalesced(() => this.#readThread());
    this.readWorkspace = coalesced(() => this.#readWorkspace());
  }

  async start() {
    applyTheme();
    adoptPermalink();
    while (!(await this.#readWorkspace(readQuery("as")))) await pause(RETRY);
    const members = this.directory.members.map((person) => person.id);
    const asked = readQuery("as");
    window.addEventListener("hashchange", () => this.#goTo(readPlace()));
    document.addEventListener("visibilitychange", () => document.hidden || this.#readAll());
    byId("sidebar").addEventListener("click", (event) => {
      if (!event.target.closest("[data-conversation]")) return;
      document.body.dataset.pane = "conversation";
      this.readState();
    });
    byId("thread").addEventListener("keydown", (event) => { if (event.key === "Escape") this.#leaveThread(); });
    this.#become(members.includes(asked) ? asked : members[0]);
  }

  #become(person) {
    if (this.server?.person === person) return;
    dismissConfirm();
    closeMenu();
    this.modal.hide({ keepDraft: true });
    this.server = new Server(person);
    writeQuery("as", person);
    markPerson(byId("top-bar"), person);
    this.conversations = [];
    this.open = { conversation: null, thread: null };
    this.live.listen(this.server.eventsAddress);
  }

  #connected() {
    if (this.#wasLost) this.readWorkspace();
    this.#wasLost = false;
    this.#say(null);
    this.#readAll();
  }

  #heard(event) {
    if (event.type === "workspace") this.readWorkspace();
    if (event.type === "message" || event.type === "ephemeral") this.#readPlace(event.channel);
    this.readState();
  }

  #readPlace(channel) {
    if (channel && channel !== this.open.conversation) return;
    this.readMessages();
    if (this.open.thread) this.readThread();
  }

  async #readAll() {
    await this.readState();
    this.#readPlace(null);
  }

  async #readWorkspace(reloadedAs = null) {
    const workspace = await getWorkspace(reloadedAs);
    if (!workspace.people) { this.#say(workspace.error); return false; }
    this.#say(null);
    if (JSON.stringify(workspace) === JSON.stringify(this.workspace)) return true;
    this.workspace = workspace;
    this.directory = new Directory(workspace);
    showTopBar(byId("top-bar"), {
      workspace, directory: this.directory, me: this.server?.person, become: (person) => this.#become(person),
    });
    this.conversation.note = workspace.notice;
    if (this.conversations.length) this.#showSidebar();
    return true;
  }

  async #readState() {
    const server = this.server;
    const state = await server.state();
    if (server !== this.server || !state.conversations) return;
    this.conversations = state.conversations;
    if (this.open.conversation === null) this.#goTo(readPlace());
    this.modal.show(state.modal, server, this.directory);
    this.#showSidebar();
    this.#markRead();
  }

  async #readMessages() {
    const { server, open } = this;
    if (!open.conversation) return;
    const { messages } = await server.messages(open.conversation);
    if (server !== this.server || open !== this.open || !messages) return;
    this.conversation.update(messages);
    if (this.#reveal && this.conversation.reveal(this.#reveal)) this.#reveal = null;
    this.#markRead();
  }

  async #readThread() {
    const { server, open } = this;
    if (!open.thread) return;
    const { messages } = await server.replies(open.conversation, open.thread);
    if (server !== this.server || open !== this.open || !messages) return;
    this.thread.update(messages);
    const replies = messages.filter((one) => one.ts !== open.thread && !one.ephemeral).length;
    this.thread.subtitle = replies === 1 ? "1 reply" : `${replies} replies`;
    if (this.#reveal && this.thread.reveal(this.#reveal)) this.#reveal = null;
  }

  #markRead() {
    const here = this.#here();
    if (here?.unread && this.#isInSight()) this.server.markRead(here.id);
  }

  #here() {
    return this.conversations.find((one) => one.id === this.open.conversation);
  }

  #isInSight() {
    return !document.hidden && document.body.dataset.pane !== "list";
  }

  /** Opens what the address asks for; the first conversation if it names none of mine. */
  #goTo({ conversation, thread, message }) {
    const here = this.conversations.find((one) => one.id === conversation) ?? this.conversations[0];
    if (!here) { this.conversation.close("You are in no conversation"); return; }
    const known = here.id === conversation;
    const before = this.open;
    this.#reveal = known ? message : null;
    this.open = { conversation: here.id, thread: known ? thread : null };
    document.body.dataset.pane = this.open.thread ? "thread" : "conversation";
    if (before.conversation !== here.id) this.#openConversation(here);
    this.#openThread(before);
    this.#showSidebar();
    this.readMessages();
  }

  #openConversation(here) {
    const { server, directory } = this;
    const title = conversationTitle(here);
    this.conversation.open({
      key: `${server.person}|${here.id}`, title, logLabel: `Messages in ${title}`,
      composerLabel: `Message ${here.kind === "channel" ? `#${here.name}` : here.name}`,
      send: (text) => server.write(here.id, text), channel: here.id, directory, server,
      openThread: (ts) => { location.hash = placeOf(here.id, ts); },
    });
    this.conversation.subtitle = directory.channelMembers(here.id).join(", ");
  }

  #openThread(before) {
    const { conversation, thread } = this.open;
    byId("thread").hidden = !thread;
    document.body.classList.toggle("with-thread", Boolean(thread));
    if (!thread || (before.conversation === conversation && before.thread === thread)) return;
    const { server, directory } = this;
    this.thread.open({
      key: `${server.person}|${conversation}|${thread}`, title: "Thread", logLabel: "Messages in the thread",
      composerLabel: "Reply", send: (text) => server.write(conversation, text, thread),
      channel: conversation, directory, server, inThread: true,
    });
    if (before.conversation === conversation) this.thread.focusComposer();
    this.readThread();
  }

  #leaveThread() {
    const { conversation, thread } = this.open;
    location.hash = placeOf(conversation);
    document.querySelector(`#conversation [data-ts="${CSS.escape(thread)}"]`)?.focus({ preventScroll: true });
  }

  #showList() {
    document.body.dataset.pane = "list";
    byId("sidebar").querySelector("[aria-current]")?.focus();
  }

  #showSidebar() {
    const here = this.#here();
    const isSeen = (one) => one === here && this.#isInSight();
    const conversations = this.conversations.map((one) => (isSeen(one) ? { ...one, unread: 0 } : one));
    showSidebar(byId("sidebar"), { conversations, open: here?.id, me: this.server.person, directory: this.directory });
    const unread = conversations.reduce((sum, one) => sum + one.unread, 0);
    this.conversation.badge = unread;
    const place = here ? `${conversationTitle(here)} · ` : "";
    document.title = `${unread ? `(${unread}) ` : ""}${place}${this.workspace.name}`;
  }

  /** One line below the top bar when something is wrong with the page itself. */
  #say(words) {
    fill(byId("strip"), words);
  }
}

new Page().start();
