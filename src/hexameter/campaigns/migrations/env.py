"""Runs the steps on the connection that `campaigns.database` hands over, inside its transaction. It opens nothing itself."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True, transaction_per_migration=False)
context.run_migrations()
