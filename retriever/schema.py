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
    (
        # A history as it was observed; what it says of liking is reckoned when it is read.
        """CREATE TABLE people (
            number INTEGER PRIMARY KEY,
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            person TEXT NOT NULL,
            UNIQUE (catalogue, person)
        ) STRICT""",
        # item: '' for a search. key: digest of kind, rating, time and text, so that the same event is kept
        # once. value: the rating as written. load and line: the order of events without a time.
        """CREATE TABLE events (
            person INTEGER NOT NULL REFERENCES people (number) ON DELETE CASCADE,
            item TEXT NOT NULL,
            key BLOB NOT NULL,
            kind TEXT NOT NULL,
            tier INTEGER NOT NULL,
            weight REAL NOT NULL,
            value REAL,
            at REAL NOT NULL,
            text TEXT NOT NULL,
            load INTEGER NOT NULL,
            line INTEGER NOT NULL,
            PRIMARY KEY (person, item, key)
        ) STRICT, WITHOUT ROWID""",
        # Whose taste tells something about whose; one that holds both ways is two rows.
        """CREATE TABLE relations (
            person INTEGER NOT NULL REFERENCES people (number) ON DELETE CASCADE,
            other INTEGER NOT NULL REFERENCES people (number) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            weight REAL NOT NULL,
            load INTEGER NOT NULL,
            PRIMARY KEY (person, other)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX relations_by_other ON relations (other)",
        # digest: '' until it is reckoned anew; low and high: the ends of all ratings, NULL without any.
        """CREATE TABLE histories (
            catalogue TEXT PRIMARY KEY REFERENCES catalogues (name) ON DELETE CASCADE,
            digest TEXT NOT NULL DEFAULT '',
            low REAL,
            high REAL
        ) STRICT""",
        """CREATE TABLE history_loads (
            catalogue TEXT NOT NULL REFERENCES catalogues (name) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at REAL NOT NULL,
            source TEXT NOT NULL,
            PRIMARY KEY (catalogue, number)
        ) STRICT, WITHOUT ROWID""",
        "INSERT INTO people (catalogue, person) SELECT DISTINCT catalogue, person FROM interactions",
        """INSERT INTO events SELECT people.number, interactions.item, x'00', 'earlier', 0,
            interactions.weight, NULL, interactions.at, '', 0, 0
            FROM interactions JOIN people USING (catalogue, person)""",
        "INSERT INTO histories (catalogue) SELECT DISTINCT catalogue FROM interactions",
        """INSERT INTO history_loads SELECT name, 0, loaded_at, '' FROM catalogues
            WHERE name IN (SELECT catalogue FROM interactions)""",
        "DROP TABLE interactions",
    ),
)
