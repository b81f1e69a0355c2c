"""What a file is, and which rows it holds, whatever its name says."""

from __future__ import annotations

import codecs
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers import Layout, Row, inspect_file, open_rows
from ingestion.rejects import Reject
from retriever.errors import LoadError


@pytest.fixture
def put(tmp_path):
    def put(content, name="items.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return put


def read(path):
    records = list(open_rows(path))
    return [r for r in records if isinstance(r, Row)], [r for r in records if isinstance(r, Reject)]


def fields(path):
    return [row.fields for row in read(path)[0]]


# -- tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_trying(put, separator):
    rows = [["title", "price", "note"], ["Tent", "349,00", "a; b"], ["Stove", "29,90", "c, d"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert fields(put(text)) == [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_semicolon_table_with_decimal_commas_is_not_split_at_the_commas(put):
    path = put("titel;preis\nZelt;349,00\nKocher;29,90\n")
    assert fields(path) == [{"titel": "Zelt", "preis": "349,00"}, {"titel": "Kocher", "preis": "29,90"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_every_usual_encoding_is_read(put, encoding):
    text = "title,price\nCafé crème – Größe,3 €\nSoufflé,4 €\n"
    assert fields(put(text, encoding=encoding))[0] == {"title": "Café crème – Größe", "price": "3 €"}


def test_a_utf16_table_with_its_mark_keeps_a_clean_first_column(put):
    path = put(codecs.BOM_UTF16_BE + "title\tprice\nTent\t3\n".encode("utf-16-be"))
    assert fields(path) == [{"title": "Tent", "price": "3"}]


def test_gzip_is_unpacked_whatever_the_name(put):
    assert fields(put(gzip.compress(b"title,price\nTent,3\n", mtime=0), "items.csv")) == [
        {"title": "Tent", "price": "3"}
    ]


def test_line_breaks_inside_quotes_count_as_an_editor_counts_them(put):
    path = put('title,note\r\nTent,"one\r\ntwo\r\nthree"\r\n\r\nStove,x\r\n')
    rows, _ = read(path)
    assert [(row.line, row.fields["title"]) for row in rows] == [(2, "Tent"), (6, "Stove")]
    assert rows[0].fields["note"] == "one\r\ntwo\r\nthree"


def test_rows_that_do_not_fit_the_header_are_refused_with_their_line(put):
    rows, rejects = read(put("title,price,note\nTent,3,x\nStove,4\nMug,5,a,b\nPan,6,y,,\n"))
    assert [row.fields["title"] for row in rows] == ["Tent", "Pan"]
    assert [reject.line for reject in rejects] == [3, 4]
    assert "2 cells, 3 columns" in rejects[0].reason


def test_a_stray_quotation_mark_costs_one_row(put):
    body = "".join(f"Item {n},{n}\n" for n in range(300))
    rows, rejects = read(put(f'title,price\nTent,3\n"Broken,4\n{body}'))
    assert len(rows) == 301
    assert [reject.line for reject in rejects] == [3]


def test_inches_in_a_cell_are_not_quotation_marks(put):
    assert fields(put('title,price\n3.3" pipe,4\n'))[0]["title"] == '3.3" pipe'


def test_foreign_bytes_in_a_utf8_table_spoil_their_row_only(put):
    good = "".join(f"Süß {n},{n}\n" for n in range(50)).encode()
    rows, rejects = read(put(b"title,price\n" + good + b"Caf\xe9,3\n"))
    assert len(rows) == 50
    assert [(reject.line, reject.reason.partition(":")[0]) for reject in rejects] == [
        (52, "bytes that are not UTF-8")
    ]


def test_repeated_and_unnamed_columns_get_names_of_their_own(put):
    assert list(fields(put("title,colour,colour,\nTent,red,blue,x\n"))[0]) == [
        "title",
        "colour",
        "colour 2",
        "column 4",
    ]


def test_excels_separator_hint_is_obeyed(put):
    rows, _ = read(put("sep=;\r\ntitle;note\r\nTent;a,b,c\r\nMug;a,b,c\r\n"))
    assert [(row.line, row.fields) for row in rows] == [
        (3, {"title": "Tent", "note": "a,b,c"}),
        (4, {"title": "Mug", "note": "a,b,c"}),
    ]


def test_lines_about_the_export_above_the_header_are_passed_over(put):
    body = "".join(f"Tent {n},{n},red\n" for n in range(5))
    rows, rejects = read(put(f"Export of our shop\n\ntitle,price,colour\n{body}"))
    assert (rows[0].line, rows[0].fields["title"], rejects) == (4, "Tent 0", [])


def test_one_column_is_a_table_too(put):
    assert fields(put("title\nTent\nMug\n")) == [{"title": "Tent"}, {"title": "Mug"}]


def test_json_lines_with_a_damaged_first_line_are_json_lines(put):
    rows, rejects = read(put('{"title": "Te\n{"title": "a{b"}\n{"title": "Mug"}\n'))
    assert [row.fields["title"] for row in rows] == ["a{b", "Mug"]
    assert [reject.line for reject in rejects] == [1]


def test_one_item_with_reviews_is_one_item(put):
    [row] = fields(put('{"id": 1, "title": "Tent", "reviews": [{"by": "A"}, {"by": "B"}]}'))
    assert row["title"] == "Tent"


@pytest.mark.parametrize(
    "text", ["Tent,349.00,red\nStove,29.90,blue\n", "Tent,red\nStove,blue\nMug,red\nTent,red\n"]
)
def test_a_table_without_a_header_is_refused(put, text):
    with pytest.raises(LoadError, match=r"holds data .* not column names"):
        read(put(text))


def test_a_header_with_a_year_among_known_names_is_a_header(put):
    assert list(fields(put("title,price,2024\nTent,3,5\n"))[0]) == ["title", "price", "2024"]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=3, max_size=3),
        min_size=1,
        max_size=20,
    )
)
def test_what_the_csv_module_writes_comes_back(tmp_path_factory, table):
    import csv

    table = [[f"x{cell}" for cell in row] for row in table]
    path = tmp_path_factory.mktemp("table") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["title", "price", "note"], *table])
    assert [list(row.values()) for row in fields(path)] == table


# -- json -----------------------------------------------------------------------------------------------


def test_a_bad_json_line_is_refused_and_the_rest_read(put):
    rows, rejects = read(
        put('{"title": "Tent"}\n\n{"title": "Sto\n[1]\n"x"\n{"title": "Mug"}\n', "items.txt")
    )
    assert [(row.line, row.fields["title"]) for row in rows] == [(1, "Tent"), (6, "Mug")]
    assert [(r.line, r.reason.partition(":")[0]) for r in rejects] == [
        (3, "not valid JSON"),
        (4, "not an object"),
        (5, "not an object"),
    ]


def test_nan_huge_numbers_and_lone_surrogates_in_json_do_not_lose_the_row(put):
    path = put('{"title": "a\\ud800", "price": NaN, "n": 123456789012345678901234567890}\n{"title": "b"}\n')
    rows, rejects = read(path)
    assert rejects == []
    assert rows[0].fields["price"] is None


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: json.dumps(rows),
        lambda rows: json.dumps(rows, indent=2),
        lambda rows: json.dumps({"total": 3, "products": rows}),
        lambda rows: "\n".join(json.dumps(row, indent=1) for row in rows),
        lambda rows: "\ufeff" + json.dumps(rows),
    ],
)
def test_json_is_read_as_array_wrapped_or_one_after_another(put, wrap):
    rows = [{"title": f"Item {n}", "tags": ["a", "b"]} for n in range(3)]
    assert fields(put(wrap(rows), "items.json")) == rows


def test_an_object_keyed_by_id_keeps_the_ids(put):
    path = put('{"a1": {"title": "Tent"}, "a2": {"title": "Mug"}}', "items.json")
    assert fields(path) == [{"id": "a1", "title": "Tent"}, {"id": "a2", "title": "Mug"}]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{\n"total": 2,\n"products": [\n{"title": "a"},\n{"title": "b"}\n]}', [4, 5]),
        ('{\n"a1": {"title": "a"},\n\n"a2": {"title": "b"}}', [2, 4]),
        ('{"data": {\n"shop": {"name": "x", "products": [{"title": "a"},\n{"title": "b"}]}}}', [2, 3]),
        ('{"meta": {"page": 1},\n"data": {"items": [{"title": "a"}, {"title": "b"}]}}', [2, 2]),
        ('{"few": [{"title": "c"}],\n"many": [{"title": "a"}, {"title": "b"}]}', [2, 2]),
    ],
)
def test_wrapped_items_have_the_lines_where_they_begin(put, text, lines):
    rows, _ = read(put(text, "items.json"))
    assert [(row.line, row.fields["title"]) for row in rows] == list(zip(lines, "ab", strict=True))


def test_objects_one_after_another_are_no_wrappers_of_what_is_in_them(put):
    rows = [{"sku": sku, "parts": [{"title": "leg"}, {"title": "top"}]} for sku in "ab"]
    assert fields(put("\n".join(json.dumps(row, indent=1) for row in rows), "items.json")) == rows


def test_items_under_their_ids_are_no_wrappers_of_their_reviews(put):
    text = json.dumps({n: {"title": n, "reviews": [{"by": "A"}, {"by": "B"}]} for n in "xyz"})
    assert [row["id"] for row in fields(put(text, "items.json"))] == ["x", "y", "z"]


@pytest.mark.parametrize(
    "text",
    ['{"products": [{"title": "a"}, {"ti', '{"products": [{"title": "a"}]', '{"a1": {"title": "x"} oops}'],
)
def test_a_damaged_wrapper_is_refused_whole(put, text):
    with pytest.raises(LoadError, match="line 1"):
        read(put(text, "items.json"))


@given(
    st.dictionaries(st.text(max_size=3), st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=12,
    ), max_size=5)
)  # fmt: skip
def test_any_object_is_read_in_the_form_in_which_it_is_printed(tmp_path_factory, thing):
    path = tmp_path_factory.mktemp("any") / "x.json"
    read_as = []
    for indent in (None, 2):
        path.write_text(json.dumps(thing, indent=indent))
        read_as.append([getattr(record, "fields", "refused") for record in open_rows(path)])
    assert read_as[0] == read_as[1]


def test_an_array_larger_than_the_buffer_is_streamed_with_lines(put):
    rows = [{"title": f"Item {n}", "text": "x" * 1000} for n in range(1000)]
    found, _ = read(put(json.dumps(rows, indent=0), "items.json"))
    assert [row.fields for row in found] == rows
    assert (found[0].line, found[1].line) == (2, 6)


@pytest.mark.parametrize(
    "text", ['[{"title": "Tent"}, {"title": "Mu', '[{"title": "Tent"}', '[{"title": "T"} oops]']
)
def test_a_damaged_array_is_refused_whole(put, text):
    with pytest.raises(LoadError, match="line 1"):
        read(put(text, "items.json"))


# -- no file of rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"PK\x03\x04xxxx", "Excel"),
        (b"PAR1xxxx", "Parquet"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"SQLite format 3\0", "SQLite"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"<!doctype html><html></html>", "web page"),
        (gzip.compress(b"title,price\nTent,3\n" * 999, mtime=0)[:60], "gzip"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_what_is_no_file_of_rows_is_refused_with_a_sentence(put, content, says):
    with pytest.raises(LoadError, match=says):
        read(put(content))


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(LoadError, match="is a folder"):
        inspect_file(tmp_path)
    with pytest.raises(LoadError, match="there is no file"):
        inspect_file(tmp_path / "absent.csv")


def test_the_layout_is_told_from_the_content_not_the_name(put):
    assert inspect_file(put('{"a": 1}\n{"a": 2}\n', "x.csv")).layout is Layout.JSON_LINES
    assert inspect_file(put("title,price\n", "x.json")).layout is Layout.TABLE


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_one_load_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    path.write_bytes(data)
    try:
        records = list(open_rows(path))
    except LoadError:
        records = []
    assert all(isinstance(record, Row | Reject) for record in records)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("list.json", '\n[\n\n {"id": 1, "title": "a"},\n {"id": 2,\n"title": "b"}]', [4, 5]),
        (
            "wrapped.json",
            '\n\n{\n "count": 2,\n "products": [\n  {"title": "x"},\n\n  {"a":\n   1},\n  12\n ]\n}\n',
            [6, 8, 10],
        ),
        ("keyed.json", '{\n "a": {"title": "x"},\n\n "b": {\n   "title": "y"}\n}\n', [2, 4]),
        ("bom.jsonl", '\ufeff{"title": "a"}\r\n\r\nbad\r\n{"title": "b"}', [1, 3, 4]),
        ("separator.jsonl", '{"title": "a\u2028b\x85"}\n{"title": "b"}\nbad', [1, 2, 3]),
        ("quoted.csv", 'id,title\r\n1,"a\r\nb"\r\n\r\n2,c\r\n3\r\n', [2, 5, 6]),
        ("mac.csv", "id,title\r1,a\r2,c\r3\r", [2, 3, 4]),
        ("unusual.csv", "id,title\n1,a\u2028b\n2,c\x0cd\x85\n3\n", [2, 3, 4]),
        ("above.csv", "sep=;\nExport of shop\n\nid;title;x\n1;a;1\n2;b\n3;c;2\n4;d;4\n", [5, 6, 7, 8]),
    ],
)
def test_lines_are_counted_as_an_editor_does(tmp_path, name, text, expected):
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert [record.line for record in open_rows(path)] == expected


def test_a_name_that_comes_twice_in_an_object_of_items_is_two_rows(tmp_path):
    path = tmp_path / "twice.json"
    path.write_text('{"a": {"title": "x"}, "b": {"title": "z"}, "a": {"title": "y"}}')
    assert [record.fields for record in open_rows(path)] == [
        {"id": "a", "title": "x"},
        {"id": "b", "title": "z"},
        {"id": "a", "title": "y"},
    ]
