-- When an approver, or the requester, was about to submit what `intended_outcome` says: for a while nobody else may.
alter table pimlico.activation_requests add column intended_at timestamptz;
