"""The command line: arguments in, one call, words out."""

from muster.cli.app import app, main

__all__ = ["app", "main"]
