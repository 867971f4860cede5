-- The sends of messages by API, which are few beside those of campaigns and journeys: their list begins with them.
create index send_api on send (template_key, lane, send_id) where campaign_key is null and journey_key is null;
