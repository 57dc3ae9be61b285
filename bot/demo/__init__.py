"""The scripted agents of `sayso demo`, written on the public client like any user's."""

from bot.demo.stories import ANA, STORIES
from bot.demo.story import Run, Sleep, Story

__all__ = ["ANA", "STORIES", "Run", "Sleep", "Story"]
