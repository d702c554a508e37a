-- W3C traceparent of the turn that caused the row: who goes on with it, here or in another replica, goes on in its trace.
-- Null where nobody traces. Replicas that do not know the columns leave them as they are.
alter table pimlico.cards add column traceparent text;
alter table pimlico.timers add column traceparent text;
alter table pimlico.sign_ins add column traceparent text;
