"""Every documented number of Block Kit and of the message and view methods: one row each, one test each.

Characters unless the name says otherwise. Sources and doubts are in the project's notes on Slack.
"""

from collections.abc import Mapping
from types import MappingProxyType

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        # Surfaces
        "message.blocks": 50,  # items
        "message.block_text": 13_200,  # all text of all blocks; undocumented, answered with msg_blocks_too_long
        "message.markdown": 12_000,  # all markdown blocks together
        "message.tables": 1,  # items
        "message.attachments": 100,  # items
        "message.text": 40_000,  # longer is cut, with a warning
        "update.text_bytes": 4_000,  # counted after escaping; answered with msg_too_long
        "view.blocks": 100,  # items
        "view.bytes": 250_000,  # of JSON, answered with view_too_large
        "view.stack": 3,  # modals on top of each other
        "view.title": 24,
        "view.submit": 24,
        "view.close": 24,
        "view.private_metadata": 3_000,
        "view.callback_id": 255,
        "view.external_id": 255,
        # Ids
        "block_id": 255,
        "action_id": 255,
        # Blocks
        "section.text": 3_000,
        "section.fields": 10,  # items
        "section.field": 2_000,
        "header.text": 150,
        "actions.elements": 25,  # items
        "context.elements": 10,  # items
        "context.text": 3_000,
        "context_actions.elements": 5,  # items
        "markdown.text": 12_000,
        "image.url": 3_000,
        "image.alt_text": 2_000,
        "image.title": 2_000,
        "input.label": 2_000,
        "input.hint": 2_000,
        "alert.text": 200,
        "card.title": 150,
        "card.subtitle": 150,
        "card.body": 200,
        "card.actions": 3,  # items
        "carousel.elements": 10,  # items
        "container.title": 150,
        "container.subtitle": 150,
        "container.child_blocks": 10,  # items
        "table.rows": 100,  # items
        "table.cells": 20,  # items
        "data_table.rows": 101,  # items, with the heading
        "data_table.cells": 20,  # items
        "video.title": 200,
        "video.author_name": 50,
        "video.description": 200,
        # Elements
        "button.text": 75,
        "button.value": 2_000,
        "button.url": 3_000,
        "button.accessibility_label": 75,
        "button.agent_prompt": 4_000,
        "icon_button.visible_to_user_ids": 10,  # items
        "feedback_button.text": 75,
        "feedback_button.value": 2_000,
        "feedback_button.accessibility_label": 75,
        "overflow.options": 5,  # items
        "checkboxes.options": 10,  # items
        "radio_buttons.options": 10,  # items
        "select.options": 100,  # items
        "select.option_groups": 100,  # items
        "option_group.label": 75,
        "option.text": 75,
        "option.value": 150,
        "option.description": 75,
        "option.url": 3_000,
        "placeholder": 150,
        "plain_text_input.max_length": 3_000,
        "plain_text_input.initial_value": 3_000,
        "file_input.max_files": 10,  # number
        # Composition objects
        "confirm.title": 100,
        "confirm.text": 300,
        "confirm.confirm": 30,
        "confirm.deny": 30,
    }
)
