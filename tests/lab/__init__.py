"""The laboratory: everything around the softphone that real calls need, each thing a context manager that cleans up."""
