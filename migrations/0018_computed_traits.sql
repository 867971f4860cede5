-- Computed traits are rules in force too: whoever has one that is new is told.

alter table live_rule drop constraint live_rule_kind_check;
alter table live_rule add constraint live_rule_kind_check check (kind in ('metric', 'external', 'audience', 'computed'));
