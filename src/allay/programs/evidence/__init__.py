"""Evidence: published effects as typed cells, so that benefit, no difference and no evidence read alike."""
