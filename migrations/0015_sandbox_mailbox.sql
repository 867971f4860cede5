-- The sandbox's mailbox is read from the newest on, and searched by the beginning of an address.
create index sandbox_message_newest on sandbox_message (message_id desc, bucket desc);
create index sandbox_message_recipient on sandbox_message (lower(recipient) text_pattern_ops);
