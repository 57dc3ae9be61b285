"""Sayso: people oversee AI agents at work. The rooms are described in README.md and docs/."""
