"""Small widgets the windows are made of."""
