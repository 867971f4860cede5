-- Of a try that got no answer: what the network called it, ECONNREFUSED or ENOTFOUND.
alter table webhook_delivery add column error text;
