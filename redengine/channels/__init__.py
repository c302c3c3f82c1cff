"""Channels: live data by name, sent by tasks and programs, and followed by whoever wants to."""

from redengine.channels.channel import Channel
from redengine.channels.following import Records
from redengine.channels.keys import KeyText, key_text
from redengine.channels.options import VERBS, ChannelOptions
from redengine.channels.records import Record
from redengine.channels.registry import Channels

__all__ = [
    "VERBS",
    "Channel",
    "ChannelOptions",
    "Channels",
    "KeyText",
    "Record",
    "Records",
    "key_text",
]
