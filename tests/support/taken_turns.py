"""In the tests' PostgreSQL a transaction of ours that writes what is an agent's without its turn is refused.

So nobody can forget it in a new repository: see bot/store/turns.py. A reader, whose transaction is a snapshot, may try
to write: nothing of it stays.
"""

from typing import LiteralString

TURNS_ARE_TAKEN: LiteralString = """
CREATE FUNCTION turn_is_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name bigint := hashtextextended(NEW.agent_id, 7296706);
BEGIN
    IF current_setting('application_name') = 'sayso' AND current_setting('transaction_isolation') = 'read committed'
    AND NOT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid = 1
        AND (classid::bigint << 32) | objid::bigint = name
    ) THEN
        RAISE EXCEPTION 'took no turn of % before it wrote to %', NEW.agent_id, TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE
    found text;
BEGIN
    FOR found IN
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'agent_id' AND table_name <> 'audit'
    LOOP
        EXECUTE format(
            'CREATE TRIGGER turn_is_taken BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION turn_is_taken()',
            found
        );
    END LOOP;
END $$;
"""
