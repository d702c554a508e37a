-- Roles compare by the key that the program computes, so that both always mean the same: an Azure role definition by its last
-- part, scopes without case and without a slash at the end.
alter table pimlico.activation_requests
  add column role_key text,
  add column leads_to jsonb,
  add column through text references pimlico.activation_requests (id),
  add column usable_at timestamptz;
update pimlico.activation_requests set role_key = surface
  || '|' || lower(regexp_replace(role_definition_id, '^.*/', ''))
  || '|' || coalesce(nullif(lower(rtrim(scope_id, '/')), ''), '/');
alter table pimlico.activation_requests alter column role_key set not null;
drop index pimlico.activation_requests_open;
create unique index activation_requests_open on pimlico.activation_requests (requester_id, role_key)
  where state in ('stepping-up', 'submitting', 'pending', 'provisioning', 'scheduled', 'active');
create index activation_requests_newest on pimlico.activation_requests (requester_id, requested_at desc, id desc);

alter table pimlico.timers
  drop constraint timers_kind_check,
  add constraint timers_kind_check check (kind in ('request.check-outcome', 'request.expire', 'activation.watch',
    'activation.remind', 'activation.end', 'activation.carry-out-wish', 'activation.see', 'activation.go-on',
    'settings-change.expire', 'assignment.check', 'turn.resume', 'sign-in.expire'));

create table pimlico.bundles (
  owner_id text not null,
  -- The name as it compares; `name` is how its owner wrote it.
  name_key text not null,
  name text not null,
  items jsonb not null,
  saved_at timestamptz not null,
  primary key (owner_id, name_key)
);

create table pimlico.settings_changes (
  id text primary key,
  role jsonb not null,
  proposer_id text not null,
  proposer_name text not null,
  confirmer_id text,
  confirmer_name text,
  settings_before jsonb not null,
  settings_after jsonb not null,
  reason text not null,
  state text not null check (state in ('proposed', 'writing', 'done', 'declined', 'withdrawn', 'failed', 'expired')),
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  check ((confirmer_id is null) = (confirmer_name is null))
);

-- Lists that wait to be fetched as a file. The secret of the link is kept as a hash only.
create table pimlico.exports (
  secret_hash text primary key,
  owner_id text not null,
  file_name text not null,
  csv text not null,
  ndjson text not null,
  expires_at timestamptz not null
);
create index exports_expires on pimlico.exports (expires_at);
