-- That the bot added itself to somebody's chat, or tried to: not again and again.
create table pimlico.installations (
  principal_id text primary key,
  outcome text not null,
  tried_at timestamptz not null
);
