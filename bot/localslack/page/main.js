// The page: who I am, what is open, and re-reading whatever the server says has changed.

import { fill } from "./dom.js";
import { HOME, adoptPermalink, placeOf, readPlace, readQuery, writeQuery } from "./address.js";
import { dismissConfirm } from "./confirm.js";
import { Directory } from "./directory.js";
import { FaultsPanel } from "./faults.js";
import { Home } from "./home.js";
import { Live, coalesced } from "./live.js";
import { closeMenu } from "./menu.js";
import { Modal } from "./modal.js";
import { Pane } from "./pane.js";
import { Server, getWorkspace } from "./server.js";
import { conversationTitle, showSidebar } from "./sidebar.js";
import { applyTheme, markFaults, markPerson, showTopBar } from "./topbar.js";

const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const RETRY = 1000;      // milliseconds
const ON_A_PHONE = matchMedia("(max-width: 720px)");
const NOTHING = { conversation: null, thread: null, home: false };
const DOWN = "Slack is down: nothing can be clicked or sent. It is a fault you can switch off.";

class Page {
  conversations = [];
  open = NOTHING;
  #trouble = null;         // what is wrong with the page itself
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
    this.home = new Home(byId("home"), { toList: () => this.#showList() });
    this.faults = new FaultsPanel(byId("faults"), {
      server: () => this.server,
      changed: (state) => { markFaults(byId("top-bar"), state); this.#showStrip(); },
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
      const link = event.target.closest("[data-conversation], [data-view]");
      if (!link) return;
      document.body.dataset.pane = link.dataset.view ?? "conversation";
      this.readState();
    });
    ON_A_PHONE.addEventListener("change", () => this.#keepInReach());
    byId("room").addEventListener("click", (event) => {
      if (event.target === byId("room") && byId("conversation").inert) this.#leaveThread();
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
    this.open = NOTHING;
    this.live.listen(this.server.eventsAddress);
  }

  #connected() {
    if (this.#wasLost) this.readWorkspace();
    this.#wasLost = false;
    this.#say(null);
    this.#readAll();
  }

  #heard(event) {
    if (event.type === "faults") this.faults.read();
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
    this.faults.read();
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
      toggleFaults: () => this.faults.toggle(),
    });
    if (this.server) this.faults.read();
    this.conversation.note = workspace.notice;
    if (this.conversations.length) this.#showSidebar();
    return true;
  }

  async #readState() {
    const server = this.server;
    const state = await server.state();
    if (server !== this.server || !state.conversations) return;
    this.conversations = state.conversations;
    this.homeView = state.home;
    if (this.open === NOTHING) this.#goTo(readPlace());
    this.#showHome();
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
  #goTo({ conversation, thread, message, home }) {
    if (home && this.directory.hasHome(this.server.person)) { this.#openHome(); return; }
    const here = this.conversations.find((one) => one.id === conversation) ?? this.conversations[0];
    if (!here) { this.conversation.close("You are in no conversation"); return; }
    const known = here.id === conversation;
    const before = this.open;
    this.#reveal = known ? message : null;
    this.open = { conversation: here.id, thread: known ? thread : null, home: false };
    this.#showMain("conversation");
    document.body.dataset.pane = this.open.thread ? "thread" : "conversation";
    if (before.conversation !== here.id) this.#openConversation(here);
    this.#openThread(before);
    this.#showSidebar();
    this.readMessages();
  }

  #openHome() {
    const wasOpen = this.open.home;
    const before = this.open;
    this.open = { conversation: null, thread: null, home: true };
    document.body.dataset.pane = HOME;
    this.#showMain(HOME);
    this.#openThread(before);
    this.#showHome();
    this.#showSidebar();
    if (!wasOpen) this.server.openHome(HOME);
  }

  #showMain(id) {
    for (const one of ["conversation", HOME]) byId(one).hidden = one !== id;
  }

  #showHome() {
    if (this.open.home) this.home.show(this.homeView, this.server, this.directory);
  }

  #openConversation(here) {
    const { server, directory } = this;
    const title = conversationTitle(here);
    this.conversation.open({
      key: `${server.person}|${here.id}`, title, logLabel: `Messages in ${title}`,
      composerLabel: `Message ${here.kind === "channel" ? `#${here.name}` : here.name}`,
      send: (text) => server.write(here.id, text), channel: here.id, directory, server,
      commands: this.directory.hasHome(server.person) ? this.workspace.commands : [],
      openThread: (ts) => { location.hash = placeOf(here.id, ts); },
    });
    this.conversation.subtitle = directory.channelMembers(here.id).join(", ");
    if (here.kind === "dm" && directory.hasHome(server.person)) server.openHome("messages");
  }

  #openThread(before) {
    const { conversation, thread } = this.open;
    byId("thread").hidden = !thread;
    document.body.classList.toggle("with-thread", Boolean(thread));
    this.#keepInReach();
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

  /** On a phone the thread lies over its conversation, which cannot be reached then. */
  #keepInReach() {
    byId("conversation").inert = Boolean(this.open.thread) && ON_A_PHONE.matches;
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
    showSidebar(byId("sidebar"), { conversations, open: this.open.home ? HOME : here?.id, me: this.server.person, directory: this.directory });
    const unread = conversations.reduce((sum, one) => sum + one.unread, 0);
    this.conversation.badge = unread;
    this.home.badge = unread;
    const place = this.open.home ? "Home · " : here ? `${conversationTitle(here)} · ` : "";
    document.title = `${unread ? `(${unread}) ` : ""}${place}${this.workspace.name}`;
  }

  /** One line below the top bar when something is wrong with the page itself. */
  #say(words) {
    this.#trouble = words;
    this.#showStrip();
  }

  #showStrip() {
    fill(byId("strip"), this.#trouble ?? (this.faults.isDown ? DOWN : null));
  }
}

new Page().start();
