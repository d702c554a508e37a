-- outside a transaction
drop index concurrently if exists pimlico.activation_requests_pull;
create index concurrently activation_requests_pull on pimlico.activation_requests (pull_id, requested_at, id)
  where pull_id is not null;
