-- Pages of lists are short walks along an index, however many rows there are.

-- People by the beginning of their address; the index answers for equal addresses too.
drop index profile_email;
create index profile_email on profile (lower(email) text_pattern_ops, bucket, profile_id);

-- A rule that is changed moves many people at one instant, who are told apart by the rest of the key.
drop index audience_change_key;
create index audience_change_key on audience_change (audience_key, at, bucket, profile_id, change);

-- What still waits of a send, in the order in which its recipients are listed, one state after the other.
drop index outbox_send;
create index outbox_send on outbox (send_id, state, message_id);

create index dead_letter_source on dead_letter (source, dead_letter_id);
create index dead_letter_reason on dead_letter (reason, dead_letter_id);
create index dead_letter_waiting on dead_letter (dead_letter_id) where replayed_at is null;
create index dead_letter_source_waiting on dead_letter (source, dead_letter_id) where replayed_at is null;

drop index identity_conflict_last;
create index identity_conflict_last on identity_conflict (last_at, bucket, profile_id, identity, other);

create index campaign_log_activity on campaign_log (run_id, activity, log_id);

-- The counters of whole versions, without those of their steps. Their values are in no index, so that raising one changes none.
create index journey_count_version on journey_count (journey_key, name, outlet) where node = '';

-- What is published is asked for with every rule.
create index definition_published on definition (kind, key, version) where state = 'published';

create index journey_read_journey on journey_read (journey_key, read_id);
create index journey_read_failed on journey_read (read_id) where state = 'failed';
