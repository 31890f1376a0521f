"""Muster tells from open evidence whether an international security mission was sent and whether it helped."""
