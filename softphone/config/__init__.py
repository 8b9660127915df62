"""This machine's settings, secrets and the provisioning file."""
