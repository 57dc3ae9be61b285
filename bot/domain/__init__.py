"""Decisions, pure: facts and the time come in, what should happen goes out. Nothing here awaits or asks."""
