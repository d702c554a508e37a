-- One use of a break-glass pack; `body` holds what is only shown.
create table pimlico.pulls (
  id text primary key,
  puller_id text not null,
  state text not null,
  planned_at timestamptz not null,
  -- When its review is due; null while there is none to be done, and when it was done.
  review_due_at timestamptz,
  body jsonb not null
);
create index pulls_under_way on pimlico.pulls (puller_id) where state in ('pulling', 'waiting', 'active');
create index pulls_unreviewed on pimlico.pulls (review_due_at) where review_due_at is not null;

alter table pimlico.activation_requests
  -- The use of a pack that it is part of.
  add column pull_id text;

-- The program itself knows which kinds there are.
alter table pimlico.timers drop constraint timers_kind_check;
