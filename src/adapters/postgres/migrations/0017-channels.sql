-- Channels of teams in which the bot was spoken to: what Teams said of them then.
create table pimlico.channels (
  id text primary key,
  team_id text not null,
  team_name text not null,
  name text not null,
  type text not null
);
create index channels_team on pimlico.channels (team_id);
