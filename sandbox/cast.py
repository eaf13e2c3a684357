"""Who and what is there when a workspace starts: people, their groups, channels."""

import time

from sandbox.model import Channel, Team, User, UserGroup
from sandbox.state import State

#: The workspace that is always there, with the app installed.
HOME = Team(id="T0PRACTICE", name="Practice", domain="practice", bot_id="B0DRAFTROOM", bot_user="U0DRAFTROOM")
#: A second one, where the app is yet to be installed.
BRANCH = Team(id="T0BRANCH", name="Branch", domain="branch", bot_id="B0BRANCHBOT", bot_user="U0BRANCHBOT")
#: One whose ids are those of the first, wherever Slack's may coincide: only the team's own id tells them apart.
TWIN = Team(id="T0TWIN", name="Twin", domain="twin", bot_id=HOME.bot_id, bot_user=HOME.bot_user)
#: Teams of strangers: one shares a channel, one only writes from afar.
PARTNER, ELSEWHERE = "T0PARTNER", "T0ELSEWHERE"


def _people(state: State, *people: User) -> None:
    state.users |= {user.id: user for user in people}


def _room(
    state: State, channel_id: str, name: str, members: list[str], *, private: bool = False, shared: str = ""
) -> None:
    state.channels[channel_id] = Channel(
        id=channel_id,
        name=name,
        members=members,
        creator=members[0],
        created=int(time.time()),
        is_private=private,
        shared_with=(shared,) if shared else (),
    )


def home(state: State, bot_name: str) -> None:
    """Three colleagues, a guest, and the bot, which is in every public channel."""
    team = state.team.id
    _people(
        state,
        User(id="U0ADA", name="ada", real_name="Ada Okafor", tz="Europe/London", team_id=team, is_admin=True),
        User(id="U0BEN", name="ben", real_name="Ben Ito", tz="Asia/Tokyo", team_id=team),
        User(id="U0CLEO", name="cleo", real_name="Cleo Marchetti", tz="America/New_York", team_id=team),
        User(id="U0GUEST", name="gil", real_name="Gil", tz="Europe/London", team_id=team, is_restricted=True),
    )
    state.install(bot_name)
    bot = state.team.bot_user
    staff = ["U0ADA", "U0BEN", "U0CLEO"]
    state.groups["S0BRAND"] = UserGroup(
        id="S0BRAND",
        handle="brand-team",
        name="Brand team",
        users=("U0BEN", "U0CLEO"),
        created=int(time.time()),
    )
    _room(state, "C0SNEAKERS", "sunflower-spring", [*staff, "U0GUEST", bot])
    _room(state, "C0GENERAL", "general", [*staff, bot])
    _room(state, "C0TEAHOUSE", "cupcake-cafe", [*staff, bot])
    _room(state, "C0PRIVATE", "leadership", ["U0ADA", "U0BEN"], private=True)


def strangers(state: State) -> None:
    """People that an app must not take for colleagues, and a channel shared with another company."""
    team, bot = state.team.id, state.team.bot_user
    _people(
        state,
        # An admin, but of her own team, and of an enterprise.
        User(
            id="U0EVE",
            name="eve",
            real_name="Eve Lindqvist",
            tz="Europe/Stockholm",
            team_id=PARTNER,
            is_admin=True,
            enterprise=("E0PARTNER", "Partner Group"),
        ),
        User(id="U0ZOE", name="zoe", real_name="Zoe Adler", tz="Europe/Berlin", team_id=ELSEWHERE),
        User(id="U0OTIS", name="otis", real_name="Otis Grey", tz="Europe/London", team_id=team, deleted=True),
        User(
            id="U0UMA",
            name="uma",
            real_name="Uma",
            tz="Europe/London",
            team_id=team,
            is_restricted=True,
            is_ultra_restricted=True,
        ),
    )
    _room(state, "C0PARTNER", "partner-campaign", ["U0ADA", "U0BEN", "U0EVE", bot], shared=PARTNER)
    state.channels["C0SNEAKERS"].members += ["U0UMA", "U0OTIS"]


#: Of a crowd: how many people and channels more.
CROWD, CROWD_ROOMS = 20, 5


def crowd(state: State) -> None:
    """A busy day: U0CROWD01 and on, in all public channels, and in C0CROWD1 and on."""
    team, bot = state.team.id, state.team.bot_user
    people = [
        User(
            id=f"U0CROWD{number:02}",
            name=f"crowd{number:02}",
            real_name=f"Colleague {number}",
            tz="Europe/London",
            team_id=team,
        )
        for number in range(1, CROWD + 1)
    ]
    _people(state, *people)
    ids = [one.id for one in people]
    for name in ("C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE"):
        state.channels[name].members += ids
    for number in range(1, CROWD_ROOMS + 1):
        _room(state, f"C0CROWD{number}", f"campaign-{number}", ["U0ADA", *ids, bot])


def twin(state: State) -> None:
    """A workspace with the same ids of people and channels as the first, without the app."""
    home(state, "")
    state.uninstall()
    del state.users[state.team.bot_user]


def branch(state: State) -> None:
    """A second workspace on the same server, without the app."""
    team = state.team.id
    _people(
        state,
        User(id="U0IDA", name="ida", real_name="Ida Novak", tz="Europe/Prague", team_id=team, is_admin=True),
        User(id="U0JON", name="jon", real_name="Jon Park", tz="Asia/Seoul", team_id=team),
    )
    _room(state, "C0BRANCH", "branch-campaigns", ["U0IDA", "U0JON"])
