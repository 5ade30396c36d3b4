"""The walk over a workflow's links that finds its roles: a module for each thing that it looks for."""
