"""The ledger's tables, as steps from one schema version to the next. A released step never changes."""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE catalogues (
            name TEXT PRIMARY KEY,
            facets TEXT NOT NULL,
            mapping TEXT NOT NULL,
            source_name TEXT NOT NULL,
            loaded_at REAL NOT NULL,
            generation TEXT NOT NULL DEFAULT '',
            content_hash TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        """CREATE TABLE items (
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            id TEXT NOT NULL,
            position INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            title TEXT NOT NULL,
            description TEXT NOT NULL,
            facets TEXT NOT NULL,
            picture TEXT NOT NULL,
            PRIMARY KEY (catalogue, id)
        ) STRICT""",
        "CREATE INDEX items_by_position ON items (catalogue, position, id)",
        "CREATE INDEX items_by_text ON items (text_hash)",
        """CREATE TABLE vectors (
            fingerprint TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (fingerprint, text_hash)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE value_vectors (
            fingerprint TEXT NOT NULL,
            text TEXT NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (fingerprint, text)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE interactions (
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            person TEXT NOT NULL,
            item TEXT NOT NULL,
            weight REAL NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (catalogue, person, item)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        # When an item left its file and was pruned; NULL while it is there. Its row and vector stay, so that
        # it comes back without encoding and a history about it isn't lost.
        "ALTER TABLE items ADD COLUMN removed_at REAL",
        """CREATE TABLE aliases (
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            id TEXT NOT NULL,
            item TEXT NOT NULL,
            PRIMARY KEY (catalogue, id)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE loads (
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at REAL NOT NULL,
            report TEXT NOT NULL,
            PRIMARY KEY (catalogue, number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE picture_vectors (
            fingerprint TEXT NOT NULL,
            picture TEXT NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (fingerprint, picture)
        ) STRICT, WITHOUT ROWID""",
    ),
)
