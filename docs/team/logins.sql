-- Run by the superuser: one login for each agent. A softphone has four connections; the limit is two softphones', so
-- that no login takes the connections of all others.
CREATE ROLE agent1 LOGIN CONNECTION LIMIT 8 PASSWORD 'change-me-db-1' IN ROLE softphone_agent;
CREATE ROLE agent2 LOGIN CONNECTION LIMIT 8 PASSWORD 'change-me-db-2' IN ROLE softphone_agent;
CREATE ROLE agent3 LOGIN CONNECTION LIMIT 8 PASSWORD 'change-me-db-3' IN ROLE softphone_agent;
