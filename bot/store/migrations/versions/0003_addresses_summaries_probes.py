"""Callbacks sent to addresses, summaries of what a channel could not take, probes, purges"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Sequence, UtcDateTime

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('probes',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('clicked_at', UtcDateTime(), nullable=True),
    sa.Column('clicked_by', sa.String(), nullable=True),
    sa.Column('heard_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('summaries',
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('busy_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('given_up_at', UtcDateTime(), nullable=True),
    sa.Column('wanted_version', sa.Integer(), nullable=False),
    sa.Column('shown_version', sa.Integer(), nullable=False),
    sa.Column('slack_ts', sa.String(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('in_doubt_since', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_problem', sa.String(), nullable=True),
    sa.Column('leased_by', sa.String(), nullable=True),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('channel')
    )
    with op.batch_alter_table('summaries', schema=None) as batch_op:
        batch_op.create_index('summaries_due', ['next_try_at'], unique=False)

    op.create_table('callback_addresses',
    sa.Column('agent_id', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('previous_secret', sa.String(), nullable=True),
    sa.Column('previous_until', UtcDateTime(), nullable=True),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.PrimaryKeyConstraint('agent_id')
    )
    op.create_table('sendings',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('callback_id', sa.String(), nullable=False),
    sa.Column('agent_id', sa.String(), nullable=False),
    sa.Column('request_id', sa.String(), nullable=True),
    sa.Column('directive_id', sa.String(), nullable=True),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('first_try_at', UtcDateTime(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('parked_at', UtcDateTime(), nullable=True),
    sa.Column('last_problem', sa.String(), nullable=True),
    sa.Column('leased_by', sa.String(), nullable=True),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state = 'due') = (next_try_at IS NOT NULL)", name='due_has_time'),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.ForeignKeyConstraint(['callback_id'], ['callbacks.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('sendings', schema=None) as batch_op:
        batch_op.create_index('sendings_due', ['next_try_at'], unique=False)
        batch_op.create_index('sendings_of_agent', ['agent_id', 'state'], unique=False)
        batch_op.create_index('sendings_of_callback', ['callback_id'], unique=False)
        batch_op.create_index('sendings_of_request', ['request_id'], unique=False)

    op.create_table('attempts',
    sa.Column('sequence', Sequence(), nullable=False),
    sa.Column('sending_id', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['sending_id'], ['sendings.id'], ),
    sa.PrimaryKeyConstraint('sequence')
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index('attempts_of_sending', ['sending_id'], unique=False)

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('actor', sa.String(), nullable=True))

    with op.batch_alter_table('directives', schema=None) as batch_op:
        batch_op.add_column(sa.Column('once', sa.String(), nullable=True))
        batch_op.create_index('directives_once', ['once'], unique=False)

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('folded_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('priority', sa.Integer(), nullable=True))
        batch_op.create_index('notices_folded', ['target', 'folded_at'], unique=False)

    with op.batch_alter_table('requests', schema=None) as batch_op:
        batch_op.add_column(sa.Column('callback_url', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('purged_at', UtcDateTime(), nullable=True))
        batch_op.create_index('requests_to_purge', ['purged_at', 'closed_at'], unique=False)

