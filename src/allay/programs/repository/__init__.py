"""The repository of programs: what each is, where every statement comes from, and how two compare."""
