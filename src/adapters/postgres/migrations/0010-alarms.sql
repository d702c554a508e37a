alter table pimlico.timers
  drop constraint timers_kind_check,
  add constraint timers_kind_check check (kind in ('request.check-outcome', 'request.expire', 'activation.watch',
    'activation.remind', 'activation.end', 'activation.carry-out-wish', 'activation.see', 'activation.go-on',
    'settings-change.expire', 'assignment.check', 'turn.resume', 'sign-in.expire', 'tenant.reconcile',
    'alarm.second-route')) not valid;
