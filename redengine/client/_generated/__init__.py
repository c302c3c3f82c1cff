"""The client for ordinary code, generated from the one for asyncio."""
