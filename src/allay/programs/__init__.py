"""Services, evidence, program definitions, what episodes received, and a repository of programs."""
