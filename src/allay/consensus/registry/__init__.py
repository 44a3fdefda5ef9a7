"""The registry: organizations, people, workgroups, meetings, documents, actions, policies."""
