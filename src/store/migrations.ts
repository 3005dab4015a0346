/** The schema, as the ordered list of steps that lead to it. A step that was released is never changed, only followed. */

/** Step n brings a database from version n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    dedup_key TEXT NOT NULL UNIQUE,
    received_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    handled INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX events_unhandled ON events (id) WHERE handled = 0;
  CREATE INDEX events_received ON events (received_ms);

  CREATE TABLE threads (
    key TEXT PRIMARY KEY,
    sandbox TEXT,
    created_ms INTEGER NOT NULL,
    last_active_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE turns (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    thread TEXT NOT NULL REFERENCES threads (key),
    user TEXT NOT NULL,
    source_ts TEXT,
    task TEXT NOT NULL,
    files TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'interrupted')),
    reply_ts TEXT,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    finished_ms INTEGER,
    outcome TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX turns_unfinished ON turns (seq) WHERE state IN ('queued', 'running');

  CREATE TABLE claims (
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    turn TEXT,
    claimed_ms INTEGER NOT NULL,
    PRIMARY KEY (team, channel, ts)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    turn TEXT NOT NULL REFERENCES turns (id),
    step INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    result TEXT,
    output TEXT,
    PRIMARY KEY (turn, step)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    thread TEXT NOT NULL REFERENCES threads (key),
    turn TEXT NOT NULL REFERENCES turns (id),
    message TEXT NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX messages_of_thread ON messages (thread, id);
  `,
  `
  ALTER TABLE threads ADD COLUMN closed_ms INTEGER;
  CREATE INDEX turns_of_thread ON turns (thread, seq);
  CREATE INDEX turns_of_user ON turns (user, thread);
  `,
  `
  CREATE INDEX threads_by_sandbox ON threads (sandbox) WHERE sandbox IS NOT NULL;
  CREATE TABLE kernels (
    sandbox TEXT NOT NULL,
    language TEXT NOT NULL,
    mark INTEGER NOT NULL DEFAULT 0,
    busy INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (sandbox, language)
  ) STRICT, WITHOUT ROWID;
  `,
];
