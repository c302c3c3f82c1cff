"""The client for asyncio. The sync one, in `redengine.client.sync`, is generated from it."""
