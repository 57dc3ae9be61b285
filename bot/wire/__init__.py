"""Domain objects as `sayso.protocol` says them on the wire, and back: one mapping for every way to an agent."""
