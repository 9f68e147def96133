"""The morning's digest as an e-mail. Rendering only: nothing is sent from here."""

from jobs.mail.message import Envelope, to_bytes, to_message
from jobs.mail.render import RenderedDigest, render_digest

__all__ = ["Envelope", "RenderedDigest", "render_digest", "to_bytes", "to_message"]
