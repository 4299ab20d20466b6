"""The telephone: media-stream messages, a leg over them, and what the network is told."""
