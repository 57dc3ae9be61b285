"""The agents' HTTP API: aiohttp routes under /v1 with their OpenAPI document, and what operations look at."""
