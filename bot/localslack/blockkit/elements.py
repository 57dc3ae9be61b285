"""Block elements: buttons, menus, choices, inputs, images."""

from collections.abc import Iterator

from bot.localslack.blockkit.checks import (
    Check,
    Shape,
    anything,
    array,
    boolean,
    fault,
    integer,
    number,
    one_of_members,
    string,
    typed,
    word,
)
from bot.localslack.blockkit.limits import LIMITS
from bot.localslack.blockkit.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    OPTION_GROUP,
    SLACK_FILE,
    URL,
    WORKFLOW,
    initial_options_offered,
    option,
    plain_text,
)
from bot.localslack.blockkit.rich_text import RICH_TEXT
from bot.localslack.json_value import Json

ACTION_ID: dict[str, Check] = {"action_id": string(LIMITS["action_id"])}
PLACEHOLDER: dict[str, Check] = {"placeholder": plain_text("placeholder")}
FOCUS: dict[str, Check] = {"focus_on_load": boolean}
COMMON: dict[str, Check] = {**ACTION_ID, "confirm": CONFIRM}
MENU: dict[str, Check] = {**COMMON, **PLACEHOLDER, **FOCUS}
MANY: dict[str, Check] = {"max_selected_items": integer(1)}
DATE = string(pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMERAL = string(pattern=r"-?\d+(\.\d+)?")

IMAGE = Shape(
    required={"alt_text": string(LIMITS["image.alt_text"])},
    optional={"image_url": string(LIMITS["image.url"]), "slack_file": SLACK_FILE},
    also=(one_of_members("image_url", "slack_file"),),
)

BUTTON = Shape(
    required={"text": plain_text("button.text")},
    optional={
        **COMMON,
        "value": string(LIMITS["button.value"]),
        "url": URL,
        "style": word("primary", "danger"),
        "accessibility_label": string(LIMITS["button.accessibility_label"]),
        "visible_to_user_ids": array(string()),
        "agent_prompt": string(LIMITS["button.agent_prompt"]),
        "agent_prompt_display": anything,
    },
)

WORKFLOW_BUTTON = Shape(
    required={"text": plain_text("button.text"), "workflow": WORKFLOW},
    optional={
        **ACTION_ID,
        "style": word("primary", "danger"),
        "accessibility_label": string(LIMITS["button.accessibility_label"]),
    },
)

ICON_BUTTON = Shape(
    required={"icon": word("trash"), "text": plain_text("button.text")},
    optional={
        **COMMON,
        "value": string(LIMITS["button.value"]),
        "accessibility_label": string(LIMITS["button.accessibility_label"]),
        "visible_to_user_ids": array(string(), most=LIMITS["icon_button.visible_to_user_ids"]),
    },
)

FEEDBACK_BUTTON = Shape(
    required={
        "text": plain_text("feedback_button.text"),
        "value": string(LIMITS["feedback_button.value"]),
    },
    optional={"accessibility_label": string(LIMITS["feedback_button.accessibility_label"])},
)

FEEDBACK_BUTTONS = Shape(
    required={"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
    optional={**ACTION_ID},
)

OVERFLOW = Shape(
    required={"options": array(option(url=True), most=LIMITS["overflow.options"])},
    optional={**COMMON},
)

CHECKBOXES = Shape(
    required={"options": array(option(rich=True), most=LIMITS["checkboxes.options"])},
    optional={**COMMON, **FOCUS, "initial_options": array(option(rich=True))},
    also=(initial_options_offered,),
)

RADIO_BUTTONS = Shape(
    required={"options": array(option(rich=True), most=LIMITS["radio_buttons.options"])},
    optional={**COMMON, **FOCUS, "initial_option": option(rich=True)},
    also=(initial_options_offered,),
)

STATIC_OPTIONS: dict[str, Check] = {
    "options": array(option(), most=LIMITS["select.options"]),
    "option_groups": array(OPTION_GROUP, most=LIMITS["select.option_groups"]),
}
EITHER_OPTIONS = one_of_members("options", "option_groups")

SELECTS: dict[str, Check] = {
    "static_select": Shape(
        optional={**MENU, **STATIC_OPTIONS, "initial_option": option()},
        also=(EITHER_OPTIONS, initial_options_offered),
    ),
    "external_select": Shape(optional={**MENU, "initial_option": option(), "min_query_length": integer(0)}),
    "users_select": Shape(optional={**MENU, "initial_user": string()}),
    "conversations_select": Shape(
        optional={
            **MENU,
            "initial_conversation": string(),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": CONVERSATION_FILTER,
        }
    ),
    "channels_select": Shape(optional={**MENU, "initial_channel": string(), "response_url_enabled": boolean}),
}

MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": Shape(
        optional={**MENU, **MANY, **STATIC_OPTIONS, "initial_options": array(option())},
        also=(EITHER_OPTIONS, initial_options_offered),
    ),
    "multi_external_select": Shape(
        optional={
            **MENU,
            **MANY,
            "initial_options": array(option()),
            "min_query_length": integer(0),
        }
    ),
    "multi_users_select": Shape(optional={**MENU, **MANY, "initial_users": array(string())}),
    "multi_conversations_select": Shape(
        optional={
            **MENU,
            **MANY,
            "initial_conversations": array(string()),
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        }
    ),
    "multi_channels_select": Shape(optional={**MENU, **MANY, "initial_channels": array(string())}),
}

PICKERS: dict[str, Check] = {
    "datepicker": Shape(optional={**MENU, "initial_date": DATE}),
    "timepicker": Shape(optional={**MENU, "initial_time": TIME, "timezone": string()}),
}
DATETIMEPICKER = Shape(optional={**COMMON, **FOCUS, "initial_date_time": integer(10**9, 10**10 - 1)})


def lengths_in_order(element: Json, at: str) -> Iterator[str]:
    """`min_length` is not above `max_length`, and the initial value keeps both."""
    least, most = (
        element.get("min_length", 0),
        element.get("max_length", LIMITS["plain_text_input.max_length"]),
    )
    initial = element.get("initial_value")
    if least > most:
        yield fault(
            "`min_length` must be less than or equal to `max_length`",
            f"{at}/min_length",
        )
    if initial is not None and len(initial) > most:
        yield fault(f"must be less than {most + 1} characters", f"{at}/initial_value")


def numbers_in_order(element: Json, at: str) -> Iterator[str]:
    """The numbers fit `is_decimal_allowed`, and the initial one lies between the others."""
    given = {name: element[name] for name in ("initial_value", "min_value", "max_value") if name in element}
    if not element["is_decimal_allowed"]:
        for name, numeral in given.items():
            if "." in numeral:
                yield fault("must be an integer", f"{at}/{name}")
    low = float(given.get("min_value", "-inf"))
    high = float(given.get("max_value", "inf"))
    if low > high:
        yield fault("`min_value` must be less than or equal to `max_value`", f"{at}/min_value")
    elif "initial_value" in given and not low <= float(given["initial_value"]) <= high:
        yield fault("must be between `min_value` and `max_value`", f"{at}/initial_value")


TYPED_TEXT: dict[str, Check] = {
    **ACTION_ID,
    **PLACEHOLDER,
    **FOCUS,
    "dispatch_action_config": DISPATCH_CONFIG,
}

TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": Shape(
        optional={
            **TYPED_TEXT,
            "initial_value": string(LIMITS["plain_text_input.initial_value"], shortest=0),
            "multiline": boolean,
            "min_length": integer(0, LIMITS["plain_text_input.max_length"]),
            "max_length": integer(1, LIMITS["plain_text_input.max_length"]),
        },
        also=(lengths_in_order,),
    ),
    "email_text_input": Shape(optional={**TYPED_TEXT, "initial_value": string()}),
    "url_text_input": Shape(optional={**TYPED_TEXT, "initial_value": string()}),
    "number_input": Shape(
        required={"is_decimal_allowed": boolean},
        optional={
            **TYPED_TEXT,
            "initial_value": NUMERAL,
            "min_value": NUMERAL,
            "max_value": NUMERAL,
        },
        also=(numbers_in_order,),
    ),
    "file_input": Shape(
        optional={
            **ACTION_ID,
            "filetypes": array(string()),
            "max_files": integer(1, LIMITS["file_input.max_files"]),
        }
    ),
}

RICH_TEXT_INPUT = Shape(optional={**TYPED_TEXT, "initial_value": typed({"rich_text": RICH_TEXT})})

CHOICES: dict[str, Check] = {"checkboxes": CHECKBOXES, "radio_buttons": RADIO_BUTTONS}
BUTTONS: dict[str, Check] = {"button": BUTTON, "workflow_button": WORKFLOW_BUTTON}

ACCESSORIES = typed(
    {
        **BUTTONS,
        **SELECTS,
        **MULTI_SELECTS,
        **CHOICES,
        **PICKERS,
        "overflow": OVERFLOW,
        "image": IMAGE,
    }
)
ACTIONS = typed(
    {
        **BUTTONS,
        **SELECTS,
        **MULTI_SELECTS,
        **CHOICES,
        **PICKERS,
        "datetimepicker": DATETIMEPICKER,
        "overflow": OVERFLOW,
        "rich_text_input": RICH_TEXT_INPUT,
    }
)
INPUTS = typed(
    {
        **TEXT_INPUTS,
        **SELECTS,
        **MULTI_SELECTS,
        **CHOICES,
        **PICKERS,
        "datetimepicker": DATETIMEPICKER,
        "rich_text_input": RICH_TEXT_INPUT,
    }
)
CONTEXT_ACTIONS = typed({"icon_button": ICON_BUTTON, "feedback_buttons": FEEDBACK_BUTTONS})
CARD_BUTTONS = typed({**BUTTONS, "icon_button": ICON_BUTTON})
IMAGES = typed({"image": IMAGE})
URL_SOURCES = typed({"url": Shape(required={"url": string(), "text": string()})})
RAW_CELLS: dict[str, Check] = {
    "raw_text": Shape(required={"text": string()}),
    "raw_number": Shape(required={"value": number, "text": string()}),
}
