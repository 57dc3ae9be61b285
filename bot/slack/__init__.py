"""The Slack edge: listeners, renderers, gateway and directory."""
