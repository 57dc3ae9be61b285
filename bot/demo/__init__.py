"""The scripted agents of `sayso demo`, written on the public client like any user's."""

from bot.demo.stories import STORIES, Story

__all__ = ["STORIES", "Story"]
