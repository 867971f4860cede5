-- A page of the recipients of one state and reason is a short walk along this index, however many a send has.

drop index message_send;
create index message_send on message (send_id, state, reason, message_id);
