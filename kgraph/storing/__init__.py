"""Writing and reading NAME.kg."""
