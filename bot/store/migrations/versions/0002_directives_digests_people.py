"""Directives to sessions, digests and the duties that make them, people's tokens and absences."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.store.types import UtcDateTime

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('absences',
    sa.Column('slack_user_id', sa.String(), nullable=False),
    sa.Column('backup_slack_user_id', sa.String(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('slack_user_id')
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absences_backup_slack_user_id'), ['backup_slack_user_id'], unique=False)

    op.create_table('digests',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('is_daily', sa.Boolean(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('channel', 'period', name='one_digest_per_period')
    )
    with op.batch_alter_table('digests', schema=None) as batch_op:
        batch_op.create_index('digests_of_channel', ['channel', 'at'], unique=False)

    op.create_table('duties',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('schedule', sa.String(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'scope')
    )
    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duties_next_at'), ['next_at'], unique=False)

    op.create_table('personal_tokens',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('slack_user_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    with op.batch_alter_table('personal_tokens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_personal_tokens_slack_user_id'), ['slack_user_id'], unique=False)

    op.create_table('mutes',
    sa.Column('agent_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('muted_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.PrimaryKeyConstraint('agent_id', 'kind', 'channel')
    )
    op.create_table('alerts',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('agent_id', sa.String(), nullable=False),
    sa.Column('session_id', sa.String(), nullable=True),
    sa.Column('idempotency_key', sa.String(), nullable=True),
    sa.Column('body_digest', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('told_in', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agent_id', 'idempotency_key', name='one_alert_per_key')
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index('alerts_of_channel', ['channel', 'told_in'], unique=False)

    op.create_table('directives',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('session_id', sa.String(), nullable=False),
    sa.Column('agent_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('aim', sa.String(), nullable=True),
    sa.Column('request_id', sa.String(), nullable=True),
    sa.Column('issued_by', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('is_handed', sa.Boolean(), nullable=False),
    sa.Column('is_unanswered', sa.Boolean(), nullable=False),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.Column('acknowledged_at', UtcDateTime(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state IN ('done', 'failed', 'overtaken')) = (finished_at IS NOT NULL)", name='finished_has_time'),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('directives', schema=None) as batch_op:
        batch_op.create_index('directives_due', ['due_at'], unique=False)
        batch_op.create_index('directives_of_agent', ['agent_id', 'state'], unique=False)
        batch_op.create_index('directives_of_request', ['request_id'], unique=False)
        batch_op.create_index('directives_of_session', ['session_id', 'state'], unique=False)

    op.create_table('asked',
    sa.Column('request_id', sa.String(), nullable=False),
    sa.Column('reviewer_id', sa.String(), nullable=False),
    sa.Column('but_not', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['requests.id'], ),
    sa.PrimaryKeyConstraint('request_id', 'reviewer_id')
    )
    with op.batch_alter_table('asked', schema=None) as batch_op:
        batch_op.create_index('asked_of_reviewer', ['reviewer_id', 'request_id'], unique=False)

    with op.batch_alter_table('callbacks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('directive_id', sa.String(), nullable=True))
        batch_op.alter_column('request_id',
               existing_type=sa.VARCHAR(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_callbacks_directive_id'), ['directive_id'], unique=False)
        batch_op.create_foreign_key('callbacks_directive_id_fkey', 'directives', ['directive_id'], ['id'])
        batch_op.create_check_constraint('a_decision_or_a_directive', '(request_id IS NULL) <> (directive_id IS NULL)')

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('session_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('digest_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('part', sa.String(), nullable=True))
        batch_op.alter_column('request_id',
               existing_type=sa.VARCHAR(),
               nullable=True)
        batch_op.create_index('notices_of_digest', ['digest_id'], unique=False)
        batch_op.create_index('notices_of_session', ['session_id'], unique=False)
        batch_op.create_foreign_key('notices_session_id_fkey', 'sessions', ['session_id'], ['id'])
        batch_op.create_foreign_key('notices_digest_id_fkey', 'digests', ['digest_id'], ['id'])
        batch_op.create_check_constraint(
            'about_one_thing',
            '(CASE WHEN request_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN session_id IS NULL THEN 0 ELSE 1 END) + '
            '(CASE WHEN digest_id IS NULL THEN 0 ELSE 1 END) = 1',
        )

    with op.batch_alter_table('requests', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(), nullable=True))
        batch_op.create_index('requests_of_channel', ['channel', 'closed_at'], unique=False)
        batch_op.create_index('requests_of_agent', ['agent_id', 'submitted_at'], unique=False)
        batch_op.create_index('requests_following', ['follows'], unique=False)

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('session_id', sa.String(), nullable=True))
        batch_op.create_index('audit_of_session', ['session_id'], unique=False)

    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state_since', UtcDateTime(), nullable=True))
        batch_op.create_index('sessions_by_state', ['state'], unique=False)

    _fill_in(op.get_bind())


_CHUNK = 500


def _fill_in(connection: sa.Connection) -> None:
    """Requests of the first version get their channel, and the open ones their place in inboxes."""
    requests = sa.table('requests', *map(sa.column, ('id', 'state', 'due_at', 'step', 'agent', 'ruling', 'channel')))
    asked = sa.table('asked', *map(sa.column, ('request_id', 'reviewer_id', 'but_not')))
    for row in _by_id(connection, requests):
        ruling = json.loads(row.ruling)
        if not ruling['ladder']:
            continue
        channel = ruling['ladder'][0]['channel']
        connection.execute(sa.update(requests).where(requests.c.id == row.id).values(channel=channel))
        if row.state != 'pending' or row.due_at is None:
            continue
        owner = None if ruling['may_approve_own'] else json.loads(row.agent)['owner_slack_user_id']
        inboxes = [one for one in _inboxes(ruling, row.step) if one != owner]
        if inboxes:
            rows = [{'request_id': row.id, 'reviewer_id': one, 'but_not': owner} for one in inboxes]
            connection.execute(sa.insert(asked), rows)


def _by_id(connection: sa.Connection, requests: sa.TableClause) -> Iterator[Any]:
    last = ''
    while True:
        chunk = sa.select(requests).where(requests.c.id > last).order_by(requests.c.id).limit(_CHUNK)
        rows = connection.execute(chunk).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _inboxes(ruling: dict[str, Any], step: int) -> list[str]:
    """As bot/services/membership.py had it when this was written."""
    reviewers = [one for rung in ruling['ladder'][: step + 1] for one in rung['reviewers']]
    parts = [f"{one['id']}/{person['id']}" for one in reviewers for person in one.get('instead', ())]
    return list(dict.fromkeys([*(one['id'] for one in reviewers), *parts]))
