-- Run once by the superuser: the database and its owner, who makes the tables and the two group roles.
CREATE ROLE softphone_owner LOGIN CREATEROLE PASSWORD 'change-me-owner';
CREATE DATABASE softphone OWNER softphone_owner;
