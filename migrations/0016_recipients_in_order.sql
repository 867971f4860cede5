-- That a reason is null is no equality to the planner, which then sorts all messages that were sent to show the first fifty.

drop index message_send;
create index message_send on message (send_id, state, coalesce(reason, ''), message_id);
