-- What administrators set for the whole bot while it runs; the program knows the names and the shapes.
create table pimlico.bot_settings (
  name text primary key,
  value jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null
);
