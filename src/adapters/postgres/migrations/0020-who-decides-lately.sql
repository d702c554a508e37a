-- outside a transaction
drop index concurrently if exists pimlico.activation_requests_decided;
create index concurrently activation_requests_decided on pimlico.activation_requests (role_key, decided_at)
  where decided_by is not null;
