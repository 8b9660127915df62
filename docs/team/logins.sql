-- Run by the superuser once “softphone db grant-roles” has made the group roles: one login for each agent.
CREATE ROLE agent1 LOGIN PASSWORD 'change-me-db-1' IN ROLE softphone_agent;
CREATE ROLE agent2 LOGIN PASSWORD 'change-me-db-2' IN ROLE softphone_agent;
CREATE ROLE agent3 LOGIN PASSWORD 'change-me-db-3' IN ROLE softphone_agent;
