-- When Teams was called lately, so that all replicas together keep its limits: one row a conversation and kind of call, and one
-- for the whole bot, which is also the lock of whoever counts.
create table pimlico.paces (
  key text primary key,
  -- [[milliseconds since 1970, calls], …], the oldest first.
  marks jsonb not null default '[]',
  -- Teams asked for silence until then.
  paused_until timestamptz,
  touched_at timestamptz not null
) with (fillfactor = 50);
insert into pimlico.paces (key, touched_at) values ('all', '-infinity');

alter table pimlico.outbox
  -- Not to be sent before then, and newer messages of the recipient wait with it: `due_at` is when it was due.
  add column not_before timestamptz,
  add column died_at timestamptz;
