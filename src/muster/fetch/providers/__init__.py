"""One module a provider of open data: what it declares, and pure functions from its answers to rows."""
