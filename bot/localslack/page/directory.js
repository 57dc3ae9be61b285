// Who is who: names for the ids of people, groups and channels.

export class Directory {
  constructor(workspace) {
    this.workspace = workspace;
    this.people = new Map(workspace.people.map((person) => [person.id, person]));
    this.channels = new Map(workspace.channels.map((channel) => [channel.id, channel]));
    this.groups = new Map(workspace.groups.map((group) => [group.id, group]));
  }

  /** Those a reader of the page can be: people who are there and are no bots. */
  get members() {
    return this.workspace.people.filter((person) => !person.is_bot && !person.deleted);
  }

  personName(id) {
    if (id === this.workspace.bot?.user_id) return this.workspace.bot.name;
    const person = this.people.get(id);
    return person ? person.real_name || person.name : null;
  }

  /** The first name where that is enough to tell the members apart. */
  shortName(id) {
    const first = (name) => name.split(" ")[0];
    const full = this.personName(id);
    const namesakes = this.members.filter((person) => first(this.personName(person.id)) === first(full));
    return namesakes.length > 1 ? full : first(full);
  }

  /** What sets somebody apart from the members: "guest", the name of their workspace, or null. */
  standing(id) {
    const person = this.people.get(id);
    return person?.team ?? (person?.is_guest ? "guest" : null);
  }

  /** Whether this person has a Home of the app: not those of another workspace. */
  hasHome(id) {
    return this.workspace.has_home && !this.people.get(id)?.team;
  }

  isBot(id) {
    return id === this.workspace.bot?.user_id || Boolean(this.people.get(id)?.is_bot);
  }

  channelName(id) {
    return this.channels.get(id)?.name ?? null;
  }

  groupHandle(id) {
    return this.groups.get(id)?.handle ?? null;
  }

  /** Names of the people in a channel, in the order of the workspace. */
  channelMembers(id) {
    return (this.channels.get(id)?.members ?? []).map((member) => this.personName(member)).filter(Boolean);
  }
}
