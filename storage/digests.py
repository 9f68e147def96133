"""The outbox of digests."""

from dataclasses import asdict

from core.digest import DigestMail
from storage.database import Transaction
from storage.schema import DigestRow
from storage.writing import insert_new


def put_digest(tx: Transaction, mail: DigestMail) -> bool:
    """Put a digest in the outbox; the first one built for a day and language stands.

    Returns:
        Whether it was put.
    """
    return insert_new(tx, DigestRow, [asdict(mail)]) == 1
