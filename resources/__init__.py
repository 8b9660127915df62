"""Sounds, icons, styles, translations and desktop files."""
