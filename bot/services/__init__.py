"""Use cases, one verb per file. They speak to the world only through ports.py."""
