"""Reading takes as much memory for a large file as for a small one, and time in proportion."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import tracemalloc

import pytest

from ingestion.readers import Row, open_rows
from ingestion.survey import SAMPLE, survey_file

FEW, MANY = 300, 1_200
GROWTH = 2_000_000
"""Bytes by which the peak may differ: pieces that are read at once. The larger file has 4 million more."""

TEXT = "A lamp that lights the table, the wall behind it and a little of the room. " * 64


def item(n):
    return {"id": f"i{n}", "title": f"Lamp {n}", "description": f"{n} {TEXT}", "price": n + 0.5}


def as_csv(count, first=item):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(first(0)))
    writer.writeheader()
    writer.writerows(map(first, range(count)))
    return out.getvalue().encode()


def shopify(n):
    return {
        "Handle": f"lamp-{n // 3}",
        "Title": "" if n % 3 else f"Lamp {n}",
        "Body (HTML)": "" if n % 3 else TEXT,
        "Variant Price": n,
        "Image Src": f"https://x.example/{n}.png?{TEXT}",
    }


def woocommerce(n):
    return {**item(n), "Attribute 1 name": "Colour", "Attribute 1 value(s)": "red, green"}


def feed(count):
    entries = "".join(
        f"<item><g:id>i{n}</g:id><title>Lamp {n}</title><description>{n} {TEXT}</description></item>\n"
        for n in range(count)
    )
    return f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{entries}</channel></rss>'.encode()


def linked(n):
    offer = {"@type": "Offer", "@id": f"#offer-{n}", "price": n, "priceCurrency": "EUR"}
    brand = {"@id": f"#brand-{n % 7}"}
    return {"@type": "Product", "sku": f"i{n}", "name": f"Lamp {n}", "description": TEXT, "offers": offer,
            "brand": brand}  # fmt: skip


def graph(count):
    brands = [{"@type": "Brand", "@id": f"#brand-{n}", "name": f"Maker {n}"} for n in range(7)]
    things = [*brands, *map(linked, range(count))]
    return json.dumps({"@context": "https://schema.org", "@graph": things}).encode()


def parquet(count):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    # One row group, as many writers make it.
    pq.write_table(pa.Table.from_pylist([item(n) for n in range(count)]), out, row_group_size=count)
    return out.getvalue()


def dumped(wrap):
    return lambda count: json.dumps(wrap([item(n) for n in range(count)]), indent=1).encode()


FORMATS = {
    "csv": as_csv,
    "gzipped csv": lambda count: gzip.compress(as_csv(count), 1, mtime=0),
    "named pairs": lambda count: as_csv(count, woocommerce),
    "shopify": lambda count: as_csv(count, shopify),
    "json lines": lambda count: "\n".join(json.dumps(item(n)) for n in range(count)).encode(),
    "array": dumped(lambda items: items),
    "wrapped": dumped(lambda items: {"total": len(items), "tags": [{"name": "x"}], "products": items}),
    "wrapped deeper": dumped(lambda items: {"data": {"shop": {"name": "x", "products": items}}}),
    "beside a longer list": dumped(lambda items: {"others": items[:-9], "products": items}),
    "keyed": dumped(lambda items: {one.pop("id"): one for one in items}),
    "one after another": lambda count: "\n".join(
        json.dumps(item(n), indent=1) for n in range(count)
    ).encode(),
    "schema.org": graph,
    "feed": feed,
    "parquet": parquet,
}


def peak(path):
    """(rows, bytes) of reading a file to its end."""
    tracemalloc.start()
    try:
        rows = sum(isinstance(record, Row) for record in open_rows(path))
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    few, many = tmp_path / "few", tmp_path / "many"
    few.write_bytes(FORMATS[name](FEW))
    many.write_bytes(FORMATS[name](MANY))
    list(open_rows(few))  # what is imported and cached once doesn't count
    small, large = peak(few), peak(many)
    per_item = 3 if name == "shopify" else 1
    assert (small[0], large[0]) == (FEW // per_item, MANY // per_item)
    assert large[1] < small[1] + GROWTH


def test_a_survey_keeps_its_sample_and_no_more(tmp_path):
    path = tmp_path / "many"
    path.write_text("title\n" + "".join(f"Lamp {n}\n" for n in range(3 * SAMPLE)))
    survey = survey_file(path)
    assert (survey.rows, len(survey.sample)) == (3 * SAMPLE, SAMPLE)


@pytest.mark.parametrize("name", ["csv", "json lines", "array", "wrapped", "keyed", "feed"])
def test_work_grows_in_proportion(tmp_path, name):
    """Calls and not seconds are counted: twice the rows are twice the work."""

    def work(count):
        path = tmp_path / f"{count}"
        path.write_bytes(FORMATS[name](count))
        ran = 0

        def tracer(frame, event, arg):
            nonlocal ran
            ran += 1

        sys.setprofile(tracer)
        try:
            list(open_rows(path))
        finally:
            sys.setprofile(None)
        return ran

    work(10)
    once, twice = work(400), work(800)
    assert twice < 2.2 * once
