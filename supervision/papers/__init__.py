"""Papers of the supervision plane: one model, and what makes PDF, DOCX and HTML of it."""
