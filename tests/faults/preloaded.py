"""What every forked life of a server has imported already."""

import bot.__main__
import bot.store.postgres  # noqa: F401
