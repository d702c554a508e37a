-- How far the chain of the audit trail was sent to its receiver: one row, made with the first round.
create table pimlico.audit_stream (
  id text primary key,
  -- The last link that the receiver took; 0 before the first.
  place bigint not null check (place >= 0),
  -- How often in a row it was tried in vain, and until when it is left alone.
  failures integer not null default 0 check (failures >= 0),
  retry_at timestamptz
);
