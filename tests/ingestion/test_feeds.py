"""Product feeds: XML with Merchant's fields, the same as a table, and what must not be read."""

from __future__ import annotations

import gzip
import tracemalloc
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.convert import Converter
from ingestion.inference import infer
from ingestion.load import load_file
from ingestion.readers import Layout, Row, inspect_file, open_rows
from ingestion.rejects import Reject
from ingestion.survey import survey_file
from retriever.encoder import HashingEncoder
from retriever.errors import LoadError
from retriever.ledger import Ledger

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n'
TAIL = "</channel></rss>\n"
LANTERN = """<item>
<g:id>L1</g:id><title>Brass lantern</title>
<description><![CDATA[<p>A <b>warm</b> light.</p><script>alert(1)</script>]]></description>
<link>https://shop.example/l1</link>
<g:image_link>https://shop.example/l1.jpg</g:image_link>
<g:additional_image_link>https://shop.example/b.jpg</g:additional_image_link>
<g:additional_image_link>https://shop.example/c.jpg</g:additional_image_link>
<g:price>129.00 EUR</g:price><g:sale_price>99.00 EUR</g:sale_price>
<g:availability>in_stock</g:availability>
<g:product_type>Home &gt; Lighting &gt; Lanterns</g:product_type>
<g:product_type>Gifts</g:product_type>
<g:brand>Ember</g:brand>
<g:shipping><g:country>DE</g:country><g:price>4.95 EUR</g:price></g:shipping>
<g:product_detail><g:attribute_name>Height</g:attribute_name>
<g:attribute_value>32 cm</g:attribute_value></g:product_detail>
</item>
"""
ROLES = {
    "price": ("number", "price", "EUR"),
    "sale_price": ("number", "other", "EUR"),
    "availability": ("boolean", "stock", ""),
    "product_type": ("category", "category", ""),
    "brand": ("category", "creator", ""),
    "colour": ("category", "other", ""),
}


@pytest.fixture
def put(tmp_path):
    def put(content, name="feed.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


def rss(*items):
    return f"{HEAD}<channel><title>A shop</title><link>https://shop.example</link>\n{''.join(items)}{TAIL}"


def item(number, *more):
    return f"<item><g:id>P{number}</g:id><title>Thing {number}</title>{''.join(more)}</item>\n"


def read(path):
    records = list(open_rows(path))
    return [r for r in records if isinstance(r, Row)], [r for r in records if isinstance(r, Reject)]


def shop(count=24):
    """The same products as columns of a feed in a table and as elements of one in XML."""
    return [
        {
            "id": f"P{n}",
            "title": f"Lamp {n}",
            "description": f"A lamp for reading in corner number {n}, with a heavy foot.",
            "link": f"https://shop.example/{n}",
            "image_link": f"https://shop.example/{n}.jpg",
            "price": f"{20 + n}.50 EUR",
            "sale_price": f"{15 + n // 2}.00 EUR" if n % 2 else "",
            "availability": ("in_stock", "out_of_stock", "preorder")[n % 3],
            "product_type": ("Home > Lamps > Floor", "Home > Lamps > Desk", "Garden > Lights")[n % 3],
            "google_product_category": ("2370", "2371")[n % 2],
            "brand": ("Ember", "Loom")[n % 2],
            "gtin": f"40012345678{n:02}",
            "colour": ("brass", "black")[n % 2],
        }
        for n in range(count)
    ]


def shapes(mapping):
    return {
        f.column: (f.kind.value, f.role.value, f.unit) for f in reversed(mapping.facets) if f.part != "rest"
    }


# -- what an entry says ---------------------------------------------------------------------------------


def test_an_entry_becomes_a_row_under_plain_names_at_its_line(put):
    [row], _ = read(put(rss(LANTERN)))
    assert row.line == 4
    assert row.fields == {
        "id": "L1",
        "title": "Brass lantern",
        "description": "<p>A <b>warm</b> light.</p><script>alert(1)</script>",
        "link": "https://shop.example/l1",
        "image_link": "https://shop.example/l1.jpg",
        "additional_image_link": ["https://shop.example/b.jpg", "https://shop.example/c.jpg"],
        "price": "129.00 EUR",
        "sale_price": "99.00 EUR",
        "availability": "in_stock",
        "product_type": "Home > Lighting > Lanterns",
        "brand": "Ember",
        "shipping": {"country": "DE", "price": "4.95 EUR"},
        "Height": "32 cm",
    }


def test_atom_is_read_with_its_links_and_marked_up_text(put):
    text = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
    <title>A shop</title><id>urn:shop</id>
    <entry><id>urn:1</id><title type="html">Oak stool</title>
    <link rel="self" href="https://api.example/1"/><link rel="alternate" href="https://shop.example/1"/>
    <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Three <em>firm</em> legs</div></summary>
    <category term="seats"/><updated>2024-01-01T00:00:00Z</updated><published>2024-01-01T00:00:00Z</published>
    <g:price>80 EUR</g:price></entry></feed>"""
    [row], _ = read(put(text))
    assert row.fields == {
        "id": "urn:1", "title": "Oak stool", "price": "80 EUR", "link": "https://shop.example/1",
        "description": "Three  legs firm", "category": "seats",
    }  # fmt: skip


def test_merchants_own_id_and_title_win_over_the_feeds(put):
    [row], _ = read(
        put(rss("<item><title>Page</title><guid>9</guid><g:id>L1</g:id><g:title>Lamp</g:title></item>"))
    )
    assert (row.fields["id"], row.fields["title"]) == ("L1", "Lamp")


def test_an_entry_without_id_or_title_is_refused_at_its_line(put):
    path = put(
        rss(item(1), "<item><title>Nameless</title></item>\n", "<item><g:id>L3</g:id></item>\n", item(4))
    )
    rows, rejects = read(path)
    assert [row.fields["id"] for row in rows] == ["P1", "P4"]
    assert [(r.line, r.field, r.value, r.reason.partition(":")[0]) for r in rejects] == [
        (5, "id", "Nameless", "no id"),
        (6, "title", "L3", "no title"),
    ]


@settings(deadline=None)  # writes a file each time
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1
        ).filter(str.strip),
        min_size=1,
        max_size=20,
    )
)
def test_any_titles_come_back_trimmed(tmp_path_factory, titles):
    path = tmp_path_factory.mktemp("feed") / "feed.xml"
    items = (f"<item><g:id>{n}</g:id><title>{escape(t)}</title></item>" for n, t in enumerate(titles))
    path.write_text(rss(*items), "utf-8")
    assert [row.fields["title"] for row in read(path)[0]] == [title.strip() for title in titles]


# -- as a catalogue -------------------------------------------------------------------------------------


def as_xml(products):
    return rss(
        *(
            "<item>"
            + "".join(
                f"<{'' if name in ('title', 'link', 'description') else 'g:'}{name}>{escape(value)}"
                f"</{'' if name in ('title', 'link', 'description') else 'g:'}{name}>"
                for name, value in product.items()
                if value
            )
            + "</item>\n"
            for product in products
        )
    )


def as_table(products):
    """As Merchant's own templates write it: a tab between cells, blanks in names."""
    lines = ["\t".join(name.replace("_", " ") for name in products[0])]
    return "\n".join([*lines, *("\t".join(product.values()) for product in products)]) + "\n"


@pytest.mark.parametrize(("write", "blank"), [(as_xml, "_"), (as_table, " ")])
def test_a_feed_needs_no_mapping(put, write, blank):
    mapping = infer(survey_file(put(write(shop()))).sample)
    assert {column.replace(blank, "_"): shape for column, shape in shapes(mapping).items()} == ROLES
    assert (mapping.id, mapping.title, mapping.description, mapping.url) == (
        "id",
        "title",
        ("description",),
        "link",
    )
    assert mapping.picture == f"image{blank}link"
    labels = {facet.column.replace(blank, "_"): facet.label for facet in mapping.facets}
    assert (labels["price"], labels["sale_price"], labels["availability"]) == (
        "price",
        "sale price",
        "in stock",
    )


def test_prices_categories_and_stock_of_a_feed_are_typed(put):
    survey = survey_file(put(as_xml(shop())))
    converter = Converter(infer(survey.sample))
    facets = [dict(converter.convert(row).item.facets) for row in survey.sample[:3]]
    assert facets[1] == {
        "price": 21.5,
        "sale_price": 15.0,
        "availability": False,
        "category": "Home",
        "subcategory": ("Lamps", "Desk"),
        "brand": "Loom",
        "colour": "black",
    }
    assert [one["availability"] for one in facets] == [True, False, False]


def test_shipping_is_never_taken_for_the_price(put):
    shipping = "<g:shipping><g:country>DE</g:country><g:price>{}.95 EUR</g:price></g:shipping>"
    found = infer(survey_file(put(rss(*(item(n, shipping.format(n % 4)) for n in range(12))))).sample)
    assert found.price == ""
    assert [(f.label, f.unit) for f in found.facets] == [("shipping price", "EUR")]


def test_amounts_in_another_currency_are_left_out_and_told(put, tmp_path):
    prices = [f"<g:price>{n + 5}.00 {'USD' if n % 4 == 0 else 'EUR'}</g:price>" for n in range(12)]
    ledger = Ledger.open(tmp_path / "data" / "ledger.db")
    report = load_file(
        put(rss(*(item(n, price) for n, price in enumerate(prices)))), "lamps", ledger=ledger,
        encoder=HashingEncoder(32), root=tmp_path / "data" / "generations", pictures=tmp_path / "data" / "p",
    )  # fmt: skip
    found = {item.id: item.facets.get("price") for item in ledger.items("lamps")}
    ledger.close()
    assert (report.loaded, report.rejected, report.fields_left_out) == (12, 0, 3)
    assert (found["P0"], found["P1"]) == (None, 6.0)
    assert any("3 amounts are not in EUR" in note for note in report.notes)


# -- what must not be read ------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "'
    + "&a;" * 50
    + '">]>\n<rss><channel><item><title>&b;</title></item></channel></rss>'
)
OUTSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&x;</title></item></rss>'


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE rss><rss/>", BOMB, OUTSIDE, '<!DOCTYPE rss SYSTEM "http://x.example/a.dtd"><rss></rss>'],
)
def test_document_types_and_entities_are_refused(put, text):
    with pytest.raises(LoadError, match=r"declares a document type or entities .* remove the declaration"):
        read(put(text))


def test_xml_that_is_no_feed_and_a_web_page_are_told_apart(put):
    with pytest.raises(LoadError, match="no product feed: its outermost element is <svg>"):
        read(put('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    with pytest.raises(LoadError, match="is a web page"):
        read(put("<!-- saved --><!-- twice -->\n<!DOCTYPE HTML><rss></rss>"))


def test_many_comments_before_the_feed_cost_no_time(put):
    assert inspect_file(put("<!--a-->" * 5000 + rss(item(1)))).layout is Layout.FEED


def test_broken_xml_loads_nothing_and_names_the_line(put):
    with pytest.raises(LoadError, match=r"no well-formed XML from line 6 on \(mismatched tag\)"):
        read(put(rss(item(1), item(2), "<item><g:id>3</title></item>", item(4))))


def test_a_cut_feed_is_told_as_cut(put):
    text = rss(item(1), item(2))
    with pytest.raises(LoadError, match=r"ends in the middle \(line 5\): it is cut short"):
        read(put(text[: text.rindex("<title>")]))


def test_a_prefix_that_nothing_declares_is_named(put):
    with pytest.raises(LoadError, match=r"line 1 on \(unbound prefix\)"):
        read(put("<rss><item><g:id>1</g:id></item></rss>"))


def test_an_encoding_that_is_declared_is_believed_and_an_unknown_one_refused(put):
    text = rss("<item><g:id>1</g:id><title>Größe</title></item>")
    declared = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read(put(declared))[0][0].fields["title"] == "Größe"
    with pytest.raises(LoadError, match="unknown encoding"):
        read(put(text.replace("UTF-8", "klingon")))


def test_a_feed_without_entries_holds_no_items(put):
    with pytest.raises(LoadError, match="holds no items: it has no <item> or <entry>"):
        survey_file(put(rss()))


@settings(deadline=None)  # writes a file each time
@given(st.binary(max_size=300))
def test_any_bytes_in_an_entry_give_rows_or_one_load_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "feed.xml"
    path.write_bytes(HEAD.encode() + b"<channel><item><g:id>1</g:id><title>" + data)
    try:
        records = list(open_rows(path))
    except LoadError:
        records = []
    assert all(isinstance(record, Row | Reject) for record in records)


# -- in a stream ----------------------------------------------------------------------------------------


def test_a_gzipped_feed_is_streamed(put):
    text = rss(*(item(n, f"<description>{'word ' * 200}</description>") for n in range(4000)))
    path = put(gzip.compress(text.encode(), mtime=0))
    del text
    form = inspect_file(path)
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, form))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 4 MB unpacked; what is held is a piece of 64 KiB and its entries.
    assert (count, peak < 1_500_000) == (4000, True)


def test_the_first_entry_is_there_before_the_last_is_read(put):
    rows = open_rows(put(rss(*(item(n) for n in range(5000)), "<item>")))
    assert next(rows).fields["id"] == "P0"
    with pytest.raises(LoadError):
        list(rows)


def test_an_entry_beyond_all_measure_is_refused_and_the_next_read(put):
    huge = f"<description>{'x' * (40 << 20)}</description>"
    path = put(rss(item(1, huge), item(2)))
    form = inspect_file(path)
    tracemalloc.start()
    records = list(open_rows(path, form))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 << 20
    rows = [r for r in records if isinstance(r, Row)]
    rejects = [r for r in records if isinstance(r, Reject)]
    assert [row.fields["id"] for row in rows] == ["P2"]
    assert [(r.line, r.reason.partition(" ")[0]) for r in rejects] == [(4, "longer")]
