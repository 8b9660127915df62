-- Run once by the superuser: the two group roles, the database and its owner, who makes the tables. The owner needs no
-- right beyond that; one who may make roles (CREATEROLE) could give themselves more on the server than a team's data.
CREATE ROLE softphone_agent NOLOGIN;
CREATE ROLE softphone_admin NOLOGIN IN ROLE softphone_agent;
CREATE ROLE softphone_owner LOGIN NOCREATEROLE PASSWORD 'change-me-owner';
CREATE DATABASE softphone OWNER softphone_owner;
-- Nobody else's login has business in it.
REVOKE CONNECT ON DATABASE softphone FROM PUBLIC;
GRANT CONNECT ON DATABASE softphone TO softphone_agent;
