"""The engines, each in its own file, behind the protocol of `search.engine`."""
