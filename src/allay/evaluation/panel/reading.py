"""Opening claims for a panel."""

from __future__ import annotations

from pathlib import Path

import duckdb

from allay.evaluation.claims.folder import ClaimsFolder, open_claims
from allay.evaluation.claims.views import make_view


def claims_views(connection: duckdb.DuckDBPyConnection, folder: str | Path | ClaimsFolder) -> ClaimsFolder:
    """Make the views of the tables of a claims folder."""
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    for files in found.tables.values():
        make_view(connection, files)
    return found
