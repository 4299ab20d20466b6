"""Browsers: a leg over a peer connection, the journal over its data channel."""
