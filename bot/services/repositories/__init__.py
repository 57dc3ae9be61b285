"""What the store keeps, by kind: the Protocols that bot/store/repositories implements."""
