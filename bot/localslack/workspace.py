"""Who and what is in the workspace before anybody says a word."""

from collections.abc import Iterable
from dataclasses import dataclass, field

BOT_SCOPES = (
    "chat:write",
    "im:write",
    "im:history",
    "im:read",
    "channels:read",
    "channels:history",
    "groups:read",
    "groups:history",
    "users:read",
    "usergroups:read",
    "commands",
)


SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class Person:
    """A member, a guest, a bot user, or somebody of another workspace who shares a channel."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    deleted: bool = False
    is_guest: bool = False
    tz: str = "Etc/UTC"
    is_single_channel_guest: bool = False
    team_id: str | None = None
    """The workspace they belong to, when it is another one."""
    team_name: str | None = None

    @property
    def is_external(self) -> bool:
        """Whether they belong to another workspace."""
        return self.team_id is not None


@dataclass(slots=True)
class Channel:
    """A channel; the bot is in it when its user id is among the members."""

    id: str
    name: str
    members: list[str]
    is_private: bool = False
    is_archived: bool = False


@dataclass(slots=True)
class Group:
    """A user group, mentioned as `@handle`."""

    id: str
    handle: str
    name: str
    members: list[str]
    is_disabled: bool = False


@dataclass(slots=True)
class Command:
    """A slash command that the app has declared. `name` begins with its slash."""

    name: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False
    """Whether people, channels and links that were typed reach the app with their ids."""


@dataclass(slots=True)
class Workspace:
    """People, channels and groups. May be changed while Slack runs; every call looks anew."""

    people: list[Person]
    channels: list[Channel]
    groups: list[Group] = field(default_factory=list[Group])
    name: str = "Practice workspace"
    id: str = "T01PRACTICE"
    domain: str = "practice"
    bot_user_id: str = "U00SAYSO"
    bot_id: str = "B00SAYSO"
    app_id: str = "A00SAYSO"
    has_groups: bool = True
    """False: the plan has no user groups, and Slack answers `plan_upgrade_required`."""
    notice: str | None = None
    """A strip of text on top of the page, for example that waits are shortened."""
    scopes: tuple[str, ...] = BOT_SCOPES
    commands: list[Command] = field(default_factory=list[Command])
    """The app's slash commands; any other one is refused."""
    events: set[str] = field(default_factory=lambda: {"app_home_opened"})
    """The events the app has subscribed to."""
    has_home: bool = True
    """False: the Home tab is not enabled for the app, and `views.publish` answers `not_enabled`."""

    @property
    def bot(self) -> Person:
        """The bot's own user."""
        return next(person for person in self.people if person.id == self.bot_user_id)

    def person(self, user_id: str) -> Person | None:
        """The person with this id, or None."""
        return next((person for person in self.people if person.id == user_id), None)

    def person_named(self, name: str) -> Person | None:
        """Who is typed as `@name`, whatever the case; nobody who has left."""
        found = (person for person in self.people if person.name.casefold() == name.casefold() and not person.deleted)
        return next(found, None)

    def team_of(self, user_id: str) -> str:
        """The workspace this person belongs to."""
        person = self.person(user_id)
        return (person.team_id if person else None) or self.id

    def is_shared(self, channel: Channel) -> bool:
        """Whether people of another workspace are in the channel."""
        return any(person.is_external and person.id in channel.members for person in self.people)

    def command(self, name: str) -> Command | None:
        """The declared slash command with this name, whatever its case, or None."""
        return next((command for command in self.commands if command.name == name.lower()), None)

    def channel(self, channel_id: str) -> Channel | None:
        """The channel with this id, or None. Direct messages are not channels."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)

    def channel_named(self, name: str) -> Channel | None:
        """The channel with this name, with or without its `#`."""
        return next(
            (channel for channel in self.channels if channel.name == name.removeprefix("#")),
            None,
        )

    def group(self, group_id: str) -> Group | None:
        """The user group with this id, or None."""
        return next((group for group in self.groups if group.id == group_id), None)

    def groups_of(self, user_id: str) -> Iterable[Group]:
        """The enabled groups this person is in."""
        return (group for group in self.groups if user_id in group.members and not group.is_disabled)


STANDARD_COMMANDS = (
    Command(
        "/agent",
        "Look at agents, pause, stop or steer them",
        "list, show, pause, resume, stop, steer, digest, help",
        should_escape=True,
    ),
    Command("/approvals", "What waits for you", "inbox, away, back, help", should_escape=True),
)


def standard_workspace(*, notice: str | None = None) -> Workspace:
    """Ana, Bo and Chen, three channels and one group: the workspace of the demo and of most tests.

    Dee, a guest, and Eli, who belongs to another workspace, are in the channel of approvals and may only look.
    """
    everybody = ["U02ANA", "U03BO", "U04CHEN", "U00SAYSO"]
    return Workspace(
        people=[
            Person("U02ANA", "ana", "Ana"),
            Person("U03BO", "bo", "Bo"),
            Person("U04CHEN", "chen", "Chen"),
            Person("U00SAYSO", "sayso", "Sayso", is_bot=True),
            Person("U05DEE", "dee", "Dee", is_guest=True),
            Person("U06ELI", "eli", "Eli", team_id="T02PARTNER", team_name="Partner Ltd"),
        ],
        channels=[
            Channel("C01APPROVALS", "agent-approvals", [*everybody, "U05DEE", "U06ELI"]),
            Channel("C02DIGEST", "agent-digest", list(everybody)),
            Channel("C03OPERATIONS", "operations", list(everybody)),
        ],
        groups=[Group("S01ONCALL", "platform-oncall", "Platform on call", ["U02ANA", "U03BO"])],
        notice=notice,
        commands=list(STANDARD_COMMANDS),
    )
