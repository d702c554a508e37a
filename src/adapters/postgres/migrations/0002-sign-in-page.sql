alter table pimlico.activation_requests
  add column step_ups integer not null default 0 check (step_ups >= 0),
  drop constraint activation_requests_state_check,
  add constraint activation_requests_state_check check (state in ('stepping-up',
    'submitting', 'pending', 'provisioning', 'scheduled', 'active', 'ended', 'denied', 'canceled', 'expired', 'failed'));
-- An ask that waits for its person to sign in is open as well.
drop index pimlico.activation_requests_open;
create unique index activation_requests_open on pimlico.activation_requests
  (requester_id, surface, lower(role_definition_id), lower(scope_id))
  where state in ('stepping-up', 'submitting', 'pending', 'provisioning', 'scheduled', 'active');

alter table pimlico.people add column signed_out_at timestamptz;
create index people_name on pimlico.people (lower(btrim(name)));
create index people_signed_out on pimlico.people (signed_out_at) where signed_out_at is not null;

alter table pimlico.timers
  drop constraint timers_kind_check,
  add constraint timers_kind_check check (kind in ('request.check-outcome', 'request.expire', 'activation.watch',
    'activation.remind', 'activation.end', 'activation.carry-out-wish', 'turn.resume', 'sign-in.expire'));

-- Sign-ins on the bot's own page. No token, code or verifier is ever kept here.
create table pimlico.page_sign_ins (
  id text primary key,
  principal_id text not null,
  app text not null check (app in ('self-service', 'admin')),
  claims text,
  required_context text,
  resources text[] not null check (resources <@ array['graph', 'arm']),
  keep text not null check (keep in ('turn', 'session')),
  purpose jsonb not null,
  story text,
  state text not null check (state in
    ('offered', 'started', 'redeeming', 'done', 'cancelled', 'expired', 'wrong-person', 'refused', 'replaced')),
  state_hash text unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check (state_hash is not null or state not in ('started', 'redeeming', 'done'))
);
create index page_sign_ins_person on pimlico.page_sign_ins (principal_id, created_at);
create index page_sign_ins_expires on pimlico.page_sign_ins (expires_at);
