"""The client for asyncio. The sync one, in `redengine.client._generated`, is generated from it."""
