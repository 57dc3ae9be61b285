"""One repository per table, all over the connection of one transaction. Promises are in services/work.py."""
