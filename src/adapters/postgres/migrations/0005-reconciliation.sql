-- How far PIM's log was read. One row: there is one tenant.
create table pimlico.tenant_feed (
  id text primary key check (id = 'pim'),
  -- The newest row that was read.
  position timestamptz not null,
  -- Where a look that was too long for one go is continued; null when it was not.
  resume_at timestamptz,
  -- When the log last answered.
  read_at timestamptz not null
);

-- Rows that were acted upon: looks overlap, since rows reach the log late and not in order.
create table pimlico.tenant_feed_rows (
  id text primary key,
  at timestamptz not null
);
create index tenant_feed_rows_at on pimlico.tenant_feed_rows (at);

alter table pimlico.activation_requests
  -- False for a request that was made elsewhere and of which the log does not say how long it is for.
  add column is_duration_known boolean not null default true,
  -- How long after it happened the log told the newest thing that is known; null when the bot did it itself.
  add column learned_after text;

alter table pimlico.timers
  drop constraint timers_kind_check,
  add constraint timers_kind_check check (kind in ('request.check-outcome', 'request.expire', 'activation.watch',
    'activation.remind', 'activation.end', 'activation.carry-out-wish', 'activation.see', 'activation.go-on',
    'settings-change.expire', 'assignment.check', 'turn.resume', 'sign-in.expire', 'tenant.reconcile')) not valid;
