"""Open data as files: every set of a release in every form, described for people and machines."""
