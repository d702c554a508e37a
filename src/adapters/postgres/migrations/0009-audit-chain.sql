-- What tells of a person stands beside the record, which keeps its salted hash: it can be erased, and the record stays true.
alter table pimlico.audit add column sealed jsonb not null default '{}';

create table pimlico.audit_personal (
  position bigint not null,
  field text not null,
  salt text not null,
  value text not null,
  primary key (position, field)
);
create index audit_personal_value on pimlico.audit_personal (value);

-- The chain over the records, in the order in which they were seen to be committed; from 1, without gaps.
create table pimlico.audit_links (
  place bigint primary key check (place > 0),
  position bigint not null unique,
  hash text not null,
  linked_at timestamptz not null
);

-- Records that are in no chain yet.
create table pimlico.audit_unlinked (
  position bigint primary key
);
create function pimlico.note_unlinked() returns trigger language plpgsql as $$
begin
  insert into pimlico.audit_unlinked (position) select position from added;
  return null;
end;
$$;
create trigger audit_note_unlinked after insert on pimlico.audit
  referencing new table as added for each statement execute function pimlico.note_unlinked();

create trigger audit_links_append_only before update or delete or truncate on pimlico.audit_links
  for each statement execute function pimlico.refuse_change();
-- Erasing is allowed, changing is not.
create trigger audit_personal_unchanged before update or truncate on pimlico.audit_personal
  for each statement execute function pimlico.refuse_change();

-- Records with what tells of a person, as far as it was not erased.
create view pimlico.audit_trail as
  select a.position, a.event, a.at, coalesce(a.actor_id, p.fields ->> 'actor') as actor_id, a.request_id,
    a.facts || (coalesce(p.fields, '{}') - 'actor') as facts
  from pimlico.audit a left join lateral (
    select jsonb_object_agg(field, value) as fields from pimlico.audit_personal where position = a.position
  ) p on true;
