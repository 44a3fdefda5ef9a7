"""A whole week: its task, meetings and visits, its plan and its bound."""
