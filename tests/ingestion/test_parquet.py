"""Parquet: what its types become, in small steps, and what a file is that can't be read."""

from __future__ import annotations

import datetime
import decimal
import gzip
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.inference import infer
from ingestion.load import load_file
from ingestion.readers import Layout, Row, inspect_file, open_rows
from ingestion.rejects import Reject
from ingestion.survey import survey_file
from retriever.encoder import HashingEncoder
from retriever.errors import LoadError
from retriever.ledger import Ledger


@pytest.fixture
def put(tmp_path):
    """Writes columns as a Parquet file, whatever its name says."""

    def put(columns, name="items.csv", **options):
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        pq.write_table(table, tmp_path / name, **options)
        return tmp_path / name

    return put


def fields(path):
    return [record.fields for record in open_rows(path)]


def only(path):
    [row] = fields(path)
    return row


def test_parquet_is_told_from_its_bytes_and_rows_are_numbered(put):
    path = put({"title": ["Tent", "Stove"], "price": [3.5, 4.0]})
    assert inspect_file(path).layout is Layout.PARQUET
    assert str(inspect_file(path)) == "parquet"
    assert list(open_rows(path)) == [
        Row(1, {"title": "Tent", "price": 3.5}),
        Row(2, {"title": "Stove", "price": 4.0}),
    ]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([decimal.Decimal("129.90")], pa.decimal128(10, 2), 129.9),
        ([19.99], pa.float32(), 19.99),
        ([[19.99, None]], pa.list_(pa.float32()), [19.99, None]),
        ([datetime.date(1984, 5, 2)], pa.date32(), "1984-05-02"),
        ([datetime.datetime(1984, 5, 2, 3)], pa.timestamp("us"), "1984-05-02T03:00:00"),
        ([datetime.datetime(1984, 5, 2, tzinfo=datetime.UTC)], pa.timestamp("ms", "UTC"),
         "1984-05-02T00:00:00+00:00"),
        ([datetime.time(3, 4)], pa.time64("us"), "03:04:00"),
        ([datetime.timedelta(minutes=90)], pa.duration("s"), "PT5400.000S"),
        ([1 << 60], pa.timestamp("ms"), None),
        (["red"], pa.dictionary(pa.int8(), pa.string()), "red"),
        ([["a", "b"]], pa.large_list(pa.string()), ["a", "b"]),
        ([{"width": decimal.Decimal("1.5"), "on": None}],
         pa.struct([("width", pa.decimal128(4, 1)), ("on", pa.date32())]), {"width": 1.5, "on": None}),
        ([[("colour", 1), ("size", 2)]], pa.map_(pa.string(), pa.int8()), {"colour": 1, "size": 2}),
        ([b"caf\xc3\xa9"], pa.binary(), "café"),
        ([b"\x89PNG\xff"], pa.binary(), None),
        ([b"0123456789abcdef"], pa.uuid(), "30313233-3435-3637-3839-616263646566"),
        ([None], pa.null(), None),
        ([None], pa.decimal128(4, 2), None),
        ([True], pa.bool_(), True),
    ],
)  # fmt: skip
def test_every_type_becomes_what_json_could_say(put, values, kind, expected):
    assert only(put({"x": pa.array(values, kind)}))["x"] == expected


rows_strategy = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.none() | st.text(st.characters(exclude_categories=("Cs",))),
            "price": st.none() | st.floats(allow_nan=False),
            "stock": st.none() | st.integers(-(2**63), 2**63 - 1),
            "tags": st.none() | st.lists(st.text(st.characters(exclude_categories=("Cs",)))),
        }
    ),
    min_size=1,
    max_size=30,
)
SCHEMA = pa.schema(
    [
        ("title", pa.string()),
        ("price", pa.float64()),
        ("stock", pa.int64()),
        ("tags", pa.list_(pa.string())),
    ]
)


@settings(deadline=None)  # writes a file each time
@given(rows_strategy)
def test_what_was_written_comes_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("parquet") / "x.parquet"
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path, row_group_size=7)
    assert fields(path) == rows


def test_a_table_is_mapped_as_its_json_lines_would_be(put, tmp_path):
    rows = [
        {
            "id": f"K{n}",
            "title": f"Kettle {n}",
            "price": 20.5 + n,
            "tags": ["steel", "whistle"][: n % 2 + 1],
            "size": {"width_cm": 10 + n % 3, "height_cm": 20.5},
            "year": 1990 + n % 20,
            "brand": "Ember" if n % 3 else "Loom",
        }
        for n in range(40)
    ]
    lines = tmp_path / "same.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    mapping = infer(survey_file(put(pa.Table.from_pylist(rows))).sample)
    assert mapping == infer(survey_file(lines).sample)
    assert {f.name: (f.role.value, f.kind.value) for f in mapping.facets} == {
        "price": ("price", "number"),
        "tags": ("other", "tags"),
        "width_cm": ("other", "number"),
        "year": ("year", "year"),
        "brand": ("creator", "category"),
    }


def test_prices_in_decimals_and_dates_load_as_price_and_year(put, tmp_path):
    count = 30
    path = put(
        {
            "title": [f"Lamp {n}" for n in range(count)],
            "price_eur": pa.array([decimal.Decimal(n) + decimal.Decimal("0.90") for n in range(count)]),
            "released": pa.array([datetime.date(1990 + n % 9, 1, 1) for n in range(count)]),
            "colour": pa.array(["red", "green"] * 15).dictionary_encode(),
        }
    )
    ledger = Ledger.open(tmp_path / "data" / "ledger.db")
    report = load_file(
        path, "lamps", ledger=ledger, encoder=HashingEncoder(32), root=tmp_path / "data" / "generations",
        pictures=tmp_path / "data" / "pictures",
    )  # fmt: skip
    item = next(iter(ledger.items("lamps")))
    ledger.close()
    assert (report.loaded, report.rejected, report.form) == (count, 0, "parquet")
    assert dict(item.facets) == {"price_eur": 0.9, "released": 1990.0, "colour": "red"}
    assert (report.mapping.price, report.mapping.year) == ("price_eur", "released")


def test_text_that_is_not_utf8_costs_its_row_only(put):
    foreign = pa.Array.from_buffers(pa.string(), 3, pa.array([b"Tent", b"Caf\xe9", b"Mug"]).buffers())
    records = list(open_rows(put({"title": foreign})))
    assert [r.fields["title"] for r in records if isinstance(r, Row)] == ["Tent", "Mug"]
    [reject] = [r for r in records if isinstance(r, Reject)]
    assert (reject.line, reject.field, reject.reason.partition(":")[0]) == (
        2,
        "title",
        "bytes that are not UTF-8",
    )


def test_the_first_row_of_a_large_group_is_read_without_the_rest(put):
    count, draw = 20_000, random.Random(0)
    # Text that doesn't compress, so that what is read ahead weighs what it holds.
    text = pa.array([draw.randbytes(500).hex() for _ in range(count)])
    path = put({"title": [str(n) for n in range(count)], "text": text}, row_group_size=count)
    whole = text.nbytes
    del text
    before = pa.total_allocated_bytes()
    rows = open_rows(path)
    next(rows)
    assert pa.total_allocated_bytes() - before < whole / 2
    rows.close()


# -- what can't be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [8, 60, 0.5, 0.9, -1])
def test_a_cut_file_is_refused_in_a_sentence(put, keep):
    path = put({"title": [f"Tent {n}" for n in range(500)]})
    data = path.read_bytes()
    path.write_bytes(data[: keep if not isinstance(keep, float) else int(keep * len(data))])
    with pytest.raises(LoadError, match=r"damaged or cut-short Parquet file .*; fetch it again"):
        fields(path)


@settings(deadline=None)  # writes a file each time
@given(st.integers(4, 2000), st.integers(0, 255))
@example(1848, 128)  # inside the name of a column
def test_any_damaged_byte_gives_rows_or_one_load_error(tmp_path_factory, place, byte):
    path = tmp_path_factory.mktemp("damaged") / "x.parquet"
    pq.write_table(pa.table({"title": [f"Tent {n}" for n in range(90)], "n": [1.5] * 90}), path)
    data = bytearray(path.read_bytes())
    data[place % len(data)] = byte
    path.write_bytes(data)
    try:
        records = list(open_rows(path))
    except LoadError:
        records = []
    assert all(isinstance(record, Row | Reject) for record in records)


@pytest.mark.parametrize("plaintext_footer", [False, True])
def test_an_encrypted_file_is_called_that(tmp_path, plaintext_footer):
    import pyarrow.parquet.encryption as pe

    class Keys(pe.KmsClient):
        """Wraps a key by leaving it as it is."""

        def wrap_key(self, key_bytes, master_key_identifier):
            return key_bytes.hex()

        def unwrap_key(self, wrapped_key, master_key_identifier):
            return bytes.fromhex(wrapped_key)

    rules = pe.EncryptionConfiguration(
        footer_key="f", column_keys={"c": ["title"]}, plaintext_footer=plaintext_footer
    )
    properties = pe.CryptoFactory(lambda _: Keys()).file_encryption_properties(
        pe.KmsConnectionConfig(), rules
    )
    path = tmp_path / "items.parquet"
    with pq.ParquetWriter(
        path, pa.schema([("title", pa.string())]), encryption_properties=properties
    ) as writer:
        writer.write_table(pa.table({"title": ["Tent"]}))
    with pytest.raises(LoadError, match="is an encrypted Parquet file; decrypt it"):
        fields(path)


def test_a_gzipped_one_is_to_be_unpacked_first(put):
    path = put({"title": ["Tent"]})
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    with pytest.raises(LoadError, match="a gzipped Parquet file; unpack it"):
        fields(path)


def test_a_file_without_rows_holds_no_items(put):
    with pytest.raises(LoadError, match="holds no items: it has columns but no rows"):
        survey_file(put({"title": pa.array([], pa.string())}))
