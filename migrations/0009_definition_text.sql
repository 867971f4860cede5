-- What the author typed, comments and order included, so that an editor shows it again as it was.

alter table definition add column text text; -- null: it came as JSON
