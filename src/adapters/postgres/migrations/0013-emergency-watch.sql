-- How far the tenant's logs were read for each emergency access account, as the rulebook names it.
create table pimlico.emergency_watches (
  account text primary key,
  -- When the logs last answered.
  read_at timestamptz not null,
  -- Before then it is not looked at again; null when it is.
  rests_until timestamptz,
  -- Rows that were told of and that a look may meet again: looks overlap, since rows reach the logs late.
  seen text[] not null
);
