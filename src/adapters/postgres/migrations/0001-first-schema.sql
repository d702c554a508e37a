create table pimlico.people (
  id text primary key,
  name text not null,
  teams_user_id text,
  time_zone text not null,
  locale text not null,
  reminder_minutes integer check (reminder_minutes > 0)
);

create table pimlico.conversations (
  id text primary key,
  kind text not null check (kind in ('personal', 'groupChat', 'channel')),
  principal_id text,
  service_url text not null,
  dead_reason text,
  check (kind <> 'personal' or principal_id is not null)
);
create index conversations_personal on pimlico.conversations (principal_id) where kind = 'personal';

create table pimlico.activation_requests (
  id text primary key,
  surface text not null check (surface in ('directory', 'group', 'azure')),
  role_definition_id text not null,
  role_name text not null,
  scope_id text not null,
  scope_name text not null,
  requester_id text not null,
  requester_name text not null,
  state text not null check (state in
    ('submitting', 'pending', 'provisioning', 'scheduled', 'active', 'ended', 'denied', 'canceled', 'expired', 'failed')),
  requested_at timestamptz not null,
  starts_at timestamptz,
  duration text not null,
  justification text not null,
  ticket text,
  is_approval_required boolean not null,
  is_approver_justification_required boolean not null,
  schedule_request_id text,
  marker text not null,
  active_from timestamptz,
  active_until timestamptz,
  end_reason text check (end_reason in ('expired', 'deactivated', 'canceled')),
  ended_at timestamptz,
  intended_outcome text check (intended_outcome in ('approve', 'deny', 'cancel')),
  decided_by text,
  decided_by_name text,
  decided_at timestamptz,
  decision_justification text,
  continues text references pimlico.activation_requests (id),
  wish text not null check (wish in ('none', 'continue', 'deactivate')),
  wish_duration text,
  wish_justification text,
  reminded_approvers_at timestamptz,
  version integer not null check (version > 0),
  -- The replica that is talking to PIM about it; only while submitting.
  lease_by text check (lease_by is null or state = 'submitting')
);
-- One ask at a time for one role at one scope: the second of two simultaneous ones is refused here.
create unique index activation_requests_open on pimlico.activation_requests
  (requester_id, surface, lower(role_definition_id), lower(scope_id))
  where state in ('submitting', 'pending', 'provisioning', 'scheduled', 'active');
create index activation_requests_schedule on pimlico.activation_requests (schedule_request_id)
  where schedule_request_id is not null;
create index activation_requests_ended on pimlico.activation_requests (requester_id, ended_at) where ended_at is not null;
create index activation_requests_submitting on pimlico.activation_requests (lease_by) where state = 'submitting';

create table pimlico.approval_asks (
  request_id text not null references pimlico.activation_requests (id),
  approver_id text not null,
  approver_name text not null,
  reach text not null check (reach in ('asked', 'unreachable')),
  position bigint generated always as identity,
  primary key (request_id, approver_id)
);
create index approval_asks_approver on pimlico.approval_asks (approver_id);

create table pimlico.cards (
  id text primary key,
  story text not null,
  recipient text not null,
  slot text not null,
  notice jsonb not null,
  version integer not null check (version > 0),
  is_retired boolean not null default false,
  is_withdrawn boolean not null default false,
  nonce text not null unique,
  is_nonce_spent boolean not null default false,
  spent_verb text,
  activity_id text,
  conversation_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (story, recipient, slot)
);
create index cards_slot on pimlico.cards (story, slot);

create table pimlico.outbox (
  card_id text primary key references pimlico.cards (id),
  position bigint generated always as identity,
  recipient text not null,
  state text not null default 'due' check (state in ('due', 'dead')),
  due_at timestamptz not null,
  -- When the promoter must look whether somebody cares for the row: later than due_at while a job or a replica does.
  look_at timestamptz not null,
  claimed_by text,
  claimed_until timestamptz,
  -- What is being sent under the claim; null while the claim only reserves the row.
  sending text check (sending in ('send', 'update', 'delete')),
  attempts integer not null default 0,
  is_ambiguous boolean not null default false,
  reason text,
  check ((claimed_by is null) = (claimed_until is null)),
  check (sending is null or claimed_by is not null)
);
create index outbox_look on pimlico.outbox (look_at) where state = 'due';
create index outbox_recipient on pimlico.outbox (recipient, position) where state = 'due';
create index outbox_claimed on pimlico.outbox (claimed_by) where claimed_by is not null;
create index outbox_dead on pimlico.outbox (card_id) where state = 'dead';

-- Who is sending to whom: one row a recipient, so that two claims cannot miss each other.
create table pimlico.lanes (
  recipient text primary key,
  card_id text not null,
  claimed_by text not null,
  claimed_until timestamptz not null
);

create table pimlico.timers (
  kind text not null check (kind in ('request.check-outcome', 'request.expire', 'activation.watch',
    'activation.remind', 'activation.end', 'activation.carry-out-wish', 'turn.resume')),
  subject text not null,
  due_at timestamptz not null,
  attempt integer not null default 0,
  primary key (kind, subject)
);
create index timers_due on pimlico.timers (due_at);
create index timers_subject on pimlico.timers (subject);

create table pimlico.sign_ins (
  id text primary key,
  principal_id text not null,
  conversation_id text not null,
  text text not null,
  created_at timestamptz not null
);
create index sign_ins_person on pimlico.sign_ins (principal_id, created_at);

create table pimlico.inbox (
  turn_id text primary key,
  received_at timestamptz not null,
  principal_id text not null,
  conversation_id text not null,
  -- The sentence; null once it had its effect.
  text text
);
create index inbox_received on pimlico.inbox (received_at);

create table pimlico.audit (
  position bigint generated always as identity primary key,
  event text not null,
  at timestamptz not null,
  actor_id text,
  request_id text,
  facts jsonb not null
);
create index audit_request on pimlico.audit (request_id) where request_id is not null;

create function pimlico.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is only ever added to';
end;
$$;
create trigger audit_append_only before update or delete or truncate on pimlico.audit
  for each statement execute function pimlico.refuse_change();
