-- Imports with a mapping of their own kept the space around an email, so that nobody found whose address it is.
update profile set email = nullif(regexp_replace(email, '^\s+|\s+$', '', 'g'), '') where email ~ '^\s|\s$' or email = '';
