"""The walk over a graph's links, one file a role; :mod:`blogcovers.workflow.roles` says how it goes."""
