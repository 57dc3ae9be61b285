"""Whatever is sent as blocks or as a view is accepted or refused; Slack itself never breaks on it."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.localslack import SlackError
from bot.localslack.blockkit.states import current_values, refused_by_the_form
from bot.localslack.blockkit.surfaces import message_blocks, view_content
from bot.localslack.json_value import dumped
from bot.localslack.mentions import mentions_in
from tests.localslack.specimens import SPECIMENS
from tests.localslack.world import Json

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "elements"]), inner),
    max_leaves=5,
)
specimens = st.sampled_from(sorted(SPECIMENS.keys() - {"view.bytes"})).map(lambda name: SPECIMENS[name].make(3))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in the value with each of its keys or indexes."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Something sound with one part replaced by something else, or taken out."""
    value = copy.deepcopy(draw(specimens))
    container: Any
    container, key = draw(st.sampled_from(places(value) or [([None], 0)]))
    if draw(st.booleans()):
        container[key] = draw(json_values)
    else:
        del container[key]
    return value


def use(blocks: list[Json]) -> None:
    """Everything else that looks into accepted blocks."""
    refused_by_the_form(blocks, current_values(blocks, {}))
    mentions_in("", blocks)
    json.loads(dumped(blocks))


BARE = {"invalid_blocks_format", "msg_blocks_too_long", "view_too_large"}


@given(damaged() | json_values)
def test_any_json_is_accepted_or_refused_with_a_place(value: Any):
    for check in (message_blocks, view_content):
        refusal: SlackError | None = None
        try:
            accepted = check(value)
            use(accepted["blocks"] if isinstance(accepted, dict) else accepted)
        except SlackError as refused:
            refusal = refused
        assert refusal is None or refusal.places or refusal.code in BARE
