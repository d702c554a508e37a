alter table pimlico.approval_asks
  -- The program itself knows how an approver can stand.
  drop constraint approval_asks_reach_check,
  -- Why nobody could write to them; null where that was not noted.
  add column unreachable_why text,
  -- When somebody who waits is asked.
  add column ask_at timestamptz;
