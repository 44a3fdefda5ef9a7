"""The application: people, screens, storage, access and audit around the `allay` library."""
