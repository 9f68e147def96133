"""What Alembic runs: the revisions, on the connection that `storage.migrate` gives."""

from alembic import context

from storage.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
