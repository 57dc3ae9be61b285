"""Sends callbacks to agents' addresses."""
