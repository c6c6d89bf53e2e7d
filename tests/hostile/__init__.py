"""A server on loopback that does what the open web does."""

from hostile.server import Asked, Hostile, answer

__all__ = ["Asked", "Hostile", "answer"]
