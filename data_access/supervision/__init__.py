"""What supervisors read and write: every function asks who looks, and shows only what is theirs.

Stands on data_access.cases. No public page, route, component or metric may import it.
"""
