"""Thin listeners: each reads what Slack sent, asks a service, and answers the person."""

from slack_bolt.app.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.listeners import actions, commands, digests, events, home, sessions, steering, summaries, views


def register(bolt_app: AsyncApp, desk: Desk) -> None:
    for room in (sessions, home, digests, summaries, actions, commands, steering, views, events):
        room.register(bolt_app, desk)
