"""Rich text: sections, lists, quotes, preformatted text, and the parts they are made of."""

from bot.localslack.blockkit.checks import (
    Check,
    Shape,
    array,
    boolean,
    integer,
    string,
    typed,
    word,
)
from bot.localslack.blockkit.limits import LIMITS

TEXT_STYLE = Shape(
    optional={
        "bold": boolean,
        "italic": boolean,
        "strike": boolean,
        "code": boolean,
        "underline": boolean,
        "highlight": boolean,
        "client_highlight": boolean,
        "unlink": boolean,
    }
)
STYLE: dict[str, Check] = {"style": TEXT_STYLE}

TEXT: dict[str, Check] = {"text": Shape(required={"text": string()}, optional=STYLE)}
LINK: dict[str, Check] = {
    "link": Shape(
        required={"url": string()},
        optional={**STYLE, "text": string(), "unsafe": boolean},
    )
}
PARTS: dict[str, Check] = {
    **TEXT,
    **LINK,
    "user": Shape(required={"user_id": string()}, optional=STYLE),
    "usergroup": Shape(required={"usergroup_id": string()}, optional=STYLE),
    "channel": Shape(required={"channel_id": string()}, optional=STYLE),
    "team": Shape(required={"team_id": string()}, optional=STYLE),
    "broadcast": Shape(required={"range": word("here", "channel", "everyone")}, optional=STYLE),
    "emoji": Shape(
        required={"name": string()},
        optional={
            **STYLE,
            "unicode": string(),
            "skin_tone": integer(1, 6),
            "url": string(),
        },
    ),
    "date": Shape(
        required={"timestamp": integer(), "format": string()},
        optional={**STYLE, "url": string(), "fallback": string()},
    ),
    "color": Shape(required={"value": string(pattern=r"#?[0-9a-fA-F]{3,8}")}, optional=STYLE),
}

BORDER: dict[str, Check] = {"border": integer(0, 1)}
SECTION = Shape(required={"elements": array(typed(PARTS), least=0)})
LIST = Shape(
    required={
        "style": word("bullet", "ordered"),
        "elements": array(typed({"rich_text_section": SECTION})),
    },
    optional={**BORDER, "indent": integer(0, 8), "offset": integer(0)},
)
QUOTE = Shape(required={"elements": array(typed(PARTS), least=0)}, optional=BORDER)
PREFORMATTED = Shape(
    required={"elements": array(typed({**TEXT, **LINK}), least=0)},
    optional={**BORDER, "language": string()},
)

RICH_TEXT = Shape(
    required={
        "elements": array(
            typed(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": LIST,
                    "rich_text_quote": QUOTE,
                    "rich_text_preformatted": PREFORMATTED,
                }
            ),
        )
    },
    optional={"block_id": string(LIMITS["block_id"])},
)
