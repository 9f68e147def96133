"""A rendered digest as an e-mail: the same digest always gives the same bytes."""

import hashlib
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from core.errors import InputError
from jobs.mail.render import RenderedDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom."""

    #: "Name <user@host>" or "user@host".
    sender: str
    recipient: str
    #: Identifier of the list, such as "digest.example.org" (RFC 2919).
    list_id: str

    def __post_init__(self) -> None:
        """Refuse what can't be written into a header.

        Raises:
            InputError: if an address or the list's identifier can't be used.
        """
        _address(self.sender)
        _address(self.recipient)
        _list_id(self.list_id)


def to_message(rendered: RenderedDigest, envelope: Envelope) -> EmailMessage:
    """A message with the text and, as its alternative, the HTML.

    Sending a day's digest twice gives the same Message-ID, which names day and language.
    """
    message = EmailMessage(policy=SMTP)
    sender = _address(envelope.sender)
    message["Subject"] = rendered.subject
    message["From"] = sender
    message["To"] = _address(envelope.recipient)
    message["Date"] = rendered.as_of
    message["Message-ID"] = f"<digest.{rendered.day}.{rendered.lang}@{sender.domain}>"
    message["List-Id"] = f"<{envelope.list_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = rendered.lang
    message.set_boundary(_boundary(rendered))
    return message


def to_bytes(message: EmailMessage) -> bytes:
    """The message as it goes over the wire or into a file, lines ended by CRLF."""
    return message.as_bytes(policy=SMTP)


def _address(text: str) -> Address:
    name, bracket, rest = text.rpartition("<")
    spec = rest.removesuffix(">") if bracket else text
    try:
        return Address(display_name=name.strip().strip('"'), addr_spec=spec.strip())
    except (ValueError, IndexError, HeaderParseError) as e:
        raise InputError(text, "no e-mail address", remedy="write it as user@host") from e


def _list_id(text: str) -> None:
    if not text.replace(".", "").replace("-", "").isalnum() or not text.isascii():
        raise InputError(text, "no list identifier", remedy="write it as digest.example.org")


def _boundary(rendered: RenderedDigest) -> str:
    content = f"{rendered.text}\x00{rendered.html}".encode()
    return f"=_remous_{hashlib.sha256(content).hexdigest()[:32]}"
